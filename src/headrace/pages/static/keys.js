// The keyboard: / searches, j and k walk from post to post, ? shows all of this.
const isTyping = (target) => target.closest?.("input, textarea, select, [contenteditable], dialog, .pswp");

export function startKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector(".pswp--open")) return;
    const act = { j: () => walk(1), k: () => walk(-1), "/": search, "?": help, Enter: () => open(event) }[event.key];
    if (act?.() !== false && act && event.key !== "Enter") event.preventDefault();
  });
}

function posts() {
  return [...document.querySelectorAll("article.post, article.hit")];
}

function walk(step) {
  const all = posts();
  if (!all.length) return false;
  const bar = document.querySelector(".bar")?.offsetHeight ?? 0;
  const at = all.indexOf(document.activeElement?.closest("article.post, article.hit"));
  let next;
  if (at >= 0) next = all[at + step];
  else next = all.find((one) => one.getBoundingClientRect().bottom > bar + 8);
  if (!next) return false;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "start" });
}

function search() {
  const field = document.querySelector("[data-key='/']");
  // Where there is no room for the field, the page of the search has one.
  if (field?.checkVisibility()) field.focus();
  else document.querySelector(".find-page")?.click();
}

function help() {
  document.getElementById("keys")?.showModal();
}

function open(event) {
  const { url } = event.target.dataset;
  if (event.target.matches("article[data-url]") && url) location.assign(url);
}
