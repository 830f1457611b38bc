// The feed without an end: older and newer pages come as one scrolls, and a window of them stays in
// the document. Going back finds the same post in the same place.
import { days } from "./days.js";
import { enliven } from "./enliven.js";
import { page } from "./server.js";
import { t, tell } from "./words.js";

const MOST = 6;
const AHEAD = "1200px 0px";
let feed, watch;

export function startFeed() {
  feed = document.querySelector("[data-feed]");
  wide();
  jumps();
  seek();
  if (!feed) return;
  days(feed);
  if (history.scrollRestoration) history.scrollRestoration = "manual";
  watch = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) if (isIntersecting) load(target);
  }, { rootMargin: AHEAD });
  restore().finally(() => {
    for (const link of feed.querySelectorAll(":scope > .more")) watch.observe(link);
  });
  addEventListener("pagehide", remember);
  document.addEventListener("click", (event) => event.target.closest("a[href]") && remember(), true);
  addEventListener("scrollend", mark);
}

// On a narrow page the dates are closed at first.
function wide() {
  for (const one of document.querySelectorAll("details[data-wide]")) one.open = matchMedia("(min-width: 52rem)").matches;
}

// An answer jumps within the page where it can.
function jumps() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-jump]");
    if (!link) return;
    const [id] = link.getAttribute("href").match(/\d+$/) ?? [];
    const kind = link.closest("article.comment") ? "m" : "p";
    const here = document.getElementById(kind + id)?.closest("article");
    if (!here) return;
    event.preventDefault();
    here.scrollIntoView({ block: "center" });
    here.focus({ preventScroll: true });
  });
}

// A comment that the address names without a fragment is gone to once, not when coming back.
function seek() {
  const [{ type }] = performance.getEntriesByType("navigation");
  if (!location.hash && type === "navigate") document.querySelector(".sought")?.scrollIntoView({ block: "center" });
}

async function load(link) {
  if (link.dataset.busy) return;
  link.dataset.busy = "1";
  watch.unobserve(link);
  try {
    const fresh = await page(link.href);
    place(fresh, link.rel === "next");
  } catch (error) {
    tell(error.message);
    delete link.dataset.busy;
    // Again when it comes into view anew, or by a click.
  }
}

// Put in the batch of a page below or above the others, and drop what is far away.
function place(fresh, below) {
  const batch = document.importNode(fresh.querySelector(".batch"), true);
  const end = fresh.querySelector(`[data-feed] > ${below ? ".older, .end" : ".newer"}`) ?? fresh.querySelector(below ? ".more.older, .end" : ".more.newer");
  const batches = () => [...feed.querySelectorAll(":scope > .batch")];
  for (const post of batch.querySelectorAll("article.post")) if (document.getElementById(post.id)) post.remove();
  enliven(batch);
  const anchor = keep();
  feed.querySelector(below ? ":scope > .older" : ":scope > .newer")?.remove();
  if (below) batches().at(-1).after(batch);
  else batches()[0].before(batch);
  if (end) {
    const link = document.importNode(end, true);
    if (below) batch.after(link);
    else batch.before(link);
    if (link.matches(".more")) watch.observe(link);
  }
  if (batches().length > MOST) drop(below ? batches()[0] : batches().at(-1), below);
  days(feed);
  anchor();
}

// What stood at the top of the window stands there afterwards, whatever came or went above.
function keep() {
  const top = topmost();
  const before = top?.getBoundingClientRect().top;
  return () => {
    if (!top?.isConnected) return;
    const moved = top.getBoundingClientRect().top - before;
    if (Math.abs(moved) > 1) scrollBy({ top: moved, behavior: "instant" });
  };
}

function drop(batch, above) {
  const next = above ? batch.nextElementSibling : batch.previousElementSibling;
  const ids = [...next.querySelectorAll("article.post")].map((one) => Number(one.dataset.id));
  feed.querySelector(above ? ":scope > .newer" : ":scope > .older, :scope > .end")?.remove();
  batch.remove();
  if (!ids.length) return;
  const link = document.createElement("a");
  const url = new URL(location.href);
  for (const name of ["below", "above", "date"]) url.searchParams.delete(name);
  url.searchParams.set(above ? "above" : "below", above ? Math.max(...ids) : Math.min(...ids));
  Object.assign(link, { href: url.href, rel: above ? "prev" : "next", className: `more ${above ? "newer" : "older"}`, textContent: t(above ? "script.previous" : "script.next") });
  if (above) next.before(link);
  else next.after(link);
  watch.observe(link);
}

function topmost() {
  const bar = document.querySelector(".bar")?.offsetHeight ?? 0;
  return [...feed.querySelectorAll("article.post")].find((one) => one.getBoundingClientRect().bottom > bar);
}

function remember() {
  const top = topmost();
  if (!top) return;
  const state = { post: Number(top.dataset.id), offset: top.getBoundingClientRect().top, focus: document.activeElement?.closest("article.post")?.id };
  history.replaceState({ ...history.state, feed: state }, "");
}

// The month that is seen is the one that is marked.
function mark() {
  const date = topmost()?.querySelector("time.when, .when time")?.dateTime?.slice(0, 7);
  for (const link of document.querySelectorAll("[data-month]")) {
    if (link.dataset.month === date) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

// Posts out of sight get their height when they come near, and newer ones come in above: hold the
// place for a while, unless somebody moves.
const HELD_MS = 1500;
async function hold(post, offset) {
  const end = performance.now() + HELD_MS;
  let taken = false;
  const take = () => (taken = true);
  for (const name of ["wheel", "touchstart", "pointerdown", "keydown"]) addEventListener(name, take, { once: true, passive: true });
  while (!taken && performance.now() < end) {
    const moved = post.getBoundingClientRect().top - offset;
    if (Math.abs(moved) > 1) scrollBy({ top: moved, behavior: "instant" });
    await new Promise(requestAnimationFrame);
  }
}

async function restore() {
  const state = history.state?.feed;
  if (!state) return mark();
  let post = document.getElementById(`p${state.post}`);
  if (!post) {
    const url = new URL(location.href);
    for (const name of ["above", "date"]) url.searchParams.delete(name);
    url.searchParams.set("below", state.post + 1);
    try {
      const fresh = await page(url.href);
      const main = document.importNode(fresh.querySelector("[data-feed]"), true);
      feed.replaceChildren(...main.childNodes);
      enliven(feed);
      days(feed);
      post = document.getElementById(`p${state.post}`);
    } catch {
      return;
    }
  }
  if (!post) return;
  (document.getElementById(state.focus) ?? post).focus({ preventScroll: true });
  hold(post, state.offset).then(mark);
}
