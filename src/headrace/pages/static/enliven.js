// What posts need after they have come into the page: local times, folds, spoilers, moving pictures.
import { locale, t } from "./words.js";

const FULL = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
const CLOCK = new Intl.DateTimeFormat(locale, { timeStyle: "short" });

export function enliven(root) {
  for (const time of root.querySelectorAll("time[datetime]:not([data-day])")) localTime(time);
  for (const quote of root.querySelectorAll("blockquote.expandable")) fold(quote);
  for (const spoiler of root.querySelectorAll(".spoiler")) veil(spoiler);
  for (const emoji of root.querySelectorAll(".custom-emoji[data-emoji]")) picture(emoji);
  for (const one of root.querySelectorAll("[data-animation], [data-tgs]")) seen.observe(one);
  for (const video of root.querySelectorAll(".round_video video, .animation video")) simple(video);
  for (const video of root.querySelectorAll(".sticker video")) video.addEventListener("error", () => instead(video), { once: true });
  for (const sound of root.querySelectorAll("[data-sound]")) waves(sound);
}

// The time is local; its title stays UTC.
function localTime(time) {
  const moment = new Date(time.dateTime);
  if (!Number.isNaN(moment.getTime())) time.textContent = (time.dataset.clock === undefined ? FULL : CLOCK).format(moment);
}

function fold(quote) {
  if (quote.nextElementSibling?.classList.contains("unfold")) return;
  quote.classList.add("folded");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "unfold";
  const name = () => (button.textContent = t(quote.classList.contains("folded") ? "script.more" : "script.less"));
  button.addEventListener("click", () => {
    quote.classList.toggle("folded");
    name();
  });
  name();
  quote.after(button);
}

// Hidden words are hidden from screen readers, too, until somebody opens them.
function veil(spoiler) {
  if (spoiler.role === "button") return;
  const words = document.createElement("span");
  words.className = "veiled-words";
  words.ariaHidden = "true";
  words.append(...spoiler.childNodes);
  spoiler.append(words);
  spoiler.tabIndex = 0;
  spoiler.role = "button";
  spoiler.ariaLabel = t("script.spoiler");
  const open = (event) => {
    if (spoiler.role !== "button" || (event.type === "keydown" && event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    event.stopPropagation();
    // All parts of the same text open together.
    for (const one of spoiler.closest(".text, .reply")?.querySelectorAll(".spoiler[role=button]") ?? [spoiler]) unveil(one);
  };
  spoiler.addEventListener("click", open);
  spoiler.addEventListener("keydown", open);
}

function unveil(spoiler) {
  spoiler.classList.add("open");
  for (const name of ["role", "aria-label", "tabindex"]) spoiler.removeAttribute(name);
  const words = spoiler.querySelector(":scope > .veiled-words");
  words.replaceWith(...words.childNodes);
}

// A custom emoji shows its picture, and keeps its letters for copying.
function picture(emoji) {
  const [address, kind] = emoji.dataset.emoji.split("#");
  const letters = emoji.textContent;
  const shown = document.createElement(kind === "image" ? "img" : kind === "video" ? "video" : "canvas");
  if (kind === "tgs") {
    emoji.dataset.tgs = address;
    seen.observe(emoji);
    return;
  }
  shown.src = address;
  if (kind === "video") Object.assign(shown, { muted: true, loop: true, autoplay: calm() ? false : true, playsInline: true });
  else shown.alt = letters;
  shown.width = shown.height = 20;
  shown.addEventListener("error", () => emoji.replaceChildren(letters), { once: true });
  emoji.replaceChildren(shown);
}

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

// Moving pictures move while they are seen.
const seen = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (target.dataset.tgs) tgs(target, isIntersecting);
    else if (isIntersecting && !calm()) {
      target.muted = true;
      target.play().catch(() => {});
    } else target.pause();
  }
});

// Round videos and animations have no bar: a click starts and stops them.
function simple(video) {
  video.controls = false;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "play";
  const show = () => {
    button.textContent = video.paused ? "▶" : "";
    button.classList.toggle("plays", !video.paused);
    button.ariaLabel = t(video.paused ? "script.play" : "script.pause");
  };
  button.addEventListener("click", () => (video.paused ? video.play().catch(() => {}) : video.pause()));
  for (const name of ["play", "pause", "ended"]) video.addEventListener(name, show);
  show();
  video.after(button);
}

// A sticker that cannot be shown is still its emoji.
function instead(shown) {
  const letters = document.createElement("span");
  letters.className = "letters";
  letters.textContent = shown.closest("[data-emoji-text]")?.dataset.emojiText || "◌";
  shown.replaceWith(letters);
}

const players = new WeakMap();

async function tgs(place, visible) {
  const player = players.get(place);
  if (player) return player.then((one) => (visible && !calm() ? one?.play() : one?.pause()));
  if (visible) players.set(place, import("./tgs.js").then(({ play }) => play(place, !calm())).catch(() => null));
}

function waves(sound) {
  const audio = sound.querySelector("audio");
  const wave = sound.querySelector(".wave");
  if (!wave || sound.querySelector(".toggle")) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "toggle";
  const show = () => {
    button.textContent = audio.paused ? "▶" : "❚❚";
    button.ariaLabel = t(audio.paused ? "script.play" : "script.pause");
  };
  button.addEventListener("click", () => (audio.paused ? audio.play().catch(() => {}) : audio.pause()));
  const played = wave.querySelector(".played");
  const tick = () => {
    const part = audio.duration ? audio.currentTime / audio.duration : 0;
    played.style.clipPath = `inset(0 ${100 - part * 100}% 0 0)`;
  };
  wave.addEventListener("click", (event) => {
    if (audio.duration) audio.currentTime = (event.offsetX / wave.clientWidth) * audio.duration;
  });
  for (const name of ["play", "pause", "ended"]) audio.addEventListener(name, show);
  audio.addEventListener("timeupdate", tick);
  audio.controls = false;
  audio.hidden = true;
  show();
  sound.prepend(button);
}
