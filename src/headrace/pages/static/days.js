// The days between posts are the reader's own: the server only knows those of UTC.
import { t } from "./words.js";

// As the server words it, so that nothing moves where the days are the same.
const worded = (at) => t("date.day", { day: `${at.getDate()}`, month: t(`of.${at.getMonth() + 1}`), year: `${at.getFullYear()}` });

// A heading before the first post of each day, and no other.
export function days(feed) {
  let before = "";
  for (const post of feed.querySelectorAll("article.post[data-at]")) {
    const moment = new Date(post.dataset.at);
    if (Number.isNaN(moment.getTime())) continue;
    const day = worded(moment);
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
