// The days between posts are the reader's own: the server only knows those of UTC.
import { locale } from "./words.js";

const DAY = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric" });

// A heading before the first post of each day, and no other.
export function days(feed) {
  let before = "";
  for (const post of feed.querySelectorAll("article.post[data-at]")) {
    const moment = new Date(post.dataset.at);
    if (Number.isNaN(moment.getTime())) continue;
    const day = DAY.format(moment);
    let heading = post.previousElementSibling?.matches(".day") ? post.previousElementSibling : null;
    if (day === before) heading?.remove();
    else {
      if (!heading) post.before((heading = made()));
      const time = heading.querySelector("time");
      time.dateTime = post.dataset.at;
      if (time.textContent !== day) time.textContent = day;
    }
    before = day;
  }
}

function made() {
  const heading = document.createElement("h2");
  heading.className = "day";
  const time = document.createElement("time");
  time.dataset.day = "";
  heading.append(time);
  return heading;
}
