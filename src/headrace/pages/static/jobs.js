// Jobs as they go on: the server's events fill the cards; pauses are counted down.
import { enliven } from "./enliven.js";
import { page } from "./server.js";
import { clock, knows, number, size, t } from "./words.js";

const VERBS = {
  queued: ["stop", "cancel"], running: ["stop", "cancel"], waiting: ["stop", "cancel"],
  paused: ["resume", "cancel"], stopped: ["resume", "cancel"], interrupted: ["resume", "cancel"],
  failed: ["resume", "clear"], cancelled: ["resume", "clear"], succeeded: ["clear"],
};

export function startJobs() {
  const list = document.querySelector("[data-jobs]");
  if (!list) return;
  countDown();
  const events = new EventSource(list.dataset.events);
  const heard = (event) => {
    const said = JSON.parse(event.data);
    for (const job of Array.isArray(said) ? said : [said]) update(list, job);
  };
  events.onmessage = heard;
  for (const name of ["status", "progress", "job"]) events.addEventListener(name, heard);
  events.addEventListener("cleared", (event) => {
    const { id } = JSON.parse(event.data);
    latest.delete(id);
    find(list, id)?.remove();
  });
  document.addEventListener("asked", () => refresh(list));
  addEventListener("pagehide", () => events.close());
}

// The last that was said of each job; a page that was drawn before does not undo it.
const latest = new Map();
const ENDED = new Set(["succeeded", "failed", "cancelled"]);

const find = (list, id) => [...list.children].find((one) => one.dataset.job === id);

function update(list, job) {
  const last = latest.get(job.id), before = last?.state;
  latest.set(job.id, job);
  const card = find(list, job.id);
  if (card) draw(card, job);
  // What has ended long ago has a card only where all have.
  else if (before !== job.state && !(before === undefined && job.state === "succeeded" && list.dataset.jobs !== "all")) refresh(list);
  // A new stage may have brought what can be read by now; the end has brought all of it.
  if (card && last && (last.stage !== job.stage || (before !== job.state && ENDED.has(job.state)))) refresh(list);
}

function draw(card, job) {
  card.dataset.state = job.state;
  set(card, "state", knows(`state.${job.state}`) ? t(`state.${job.state}`) : job.state);
  set(card, "stage", job.stage && knows(`stage.${job.stage}`) ? t(`stage.${job.stage}`) : "");
  for (const name of ["posts", "comments", "files"]) bar(card, name, job[name], number);
  bar(card, "bytes", job.bytes, size);
  set(card, "rate", job.rate ? t("script.rate", { n: Math.round(job.rate) }) : "");
  set(card, "eta", job.eta_s >= 1 ? t("script.left", { time: clock(job.eta_s) }) : "");
  set(card, "failures", job.failures ? t("script.failures", { n: job.failures }) : "");
  const error = set(card, "error", job.error || "");
  error.hidden = !job.error;
  pause(card, job.wait);
  for (const button of card.querySelectorAll("[data-verb]")) button.hidden = !(VERBS[job.state] ?? []).includes(button.dataset.verb);
}

function set(card, field, text) {
  const place = card.querySelector(`[data-field=${field}]`);
  if (place.textContent !== text) place.textContent = text;
  return place;
}

function bar(card, name, tally, shown) {
  if (!tally) return;
  const place = card.querySelector(`[data-bar=${name}]`);
  const progress = place.querySelector("progress");
  place.classList.toggle("idle", !tally.total);
  progress.max = tally.total || 1;
  progress.value = tally.done;
  place.querySelector("span").textContent = t("script.of", { done: shown(tally.done), total: shown(tally.total) });
}

function pause(card, wait) {
  const place = card.querySelector("[data-field=wait]");
  place.hidden = !wait;
  if (!wait) return place.removeAttribute("data-until");
  place.dataset.until = new Date(wait.until * 1000).toISOString();
  place.querySelector("span").textContent = knows(`wait.${wait.reason}`) ? t(`wait.${wait.reason}`) : wait.reason;
}

function countDown() {
  setInterval(() => {
    for (const place of document.querySelectorAll("[data-until]")) {
      place.querySelector("output").textContent = clock((new Date(place.dataset.until) - Date.now()) / 1000);
    }
  }, 500);
}

// A job that this page has no card for, or one that has ended: the server draws jobs and channels.
let pending = false, again = false;
async function refresh(list) {
  again = true;
  if (pending) return;
  pending = true;
  try {
    while (again) {
      again = false;
      const fresh = await page(location.href);
      replace(list, fresh.querySelector("[data-jobs]"));
      replace(document.querySelector(".cards"), fresh.querySelector(".cards"));
      for (const job of latest.values()) {
        const card = find(list, job.id);
        if (card) draw(card, job);
      }
    }
  } catch {
    // the next event tries again
  } finally {
    pending = false;
  }
}

function replace(place, found) {
  if (!place || !found) return;
  place.replaceChildren(...document.importNode(found, true).childNodes);
  enliven(place);
}
