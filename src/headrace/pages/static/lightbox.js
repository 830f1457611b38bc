// Pictures and videos at full size, one after the other across posts, with caption and "save as".
import { calm } from "./enliven.js";
import { t } from "./words.js";

const MOUNT = "a[data-view]";

export function startLightbox() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest(MOUNT);
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || link.classList.contains("veiled")) return;
    event.preventDefault();
    open(link);
  });
}

async function open(link) {
  const { default: PhotoSwipe } = await import("./vendor/photoswipe.esm.min.js");
  const links = [...document.querySelectorAll(MOUNT)].filter((one) => !one.classList.contains("veiled"));
  const box = new PhotoSwipe({
    dataSource: links.map(slide),
    index: links.indexOf(link),
    bgOpacity: 0.95,
    showHideAnimationType: calm() ? "none" : "zoom",
    returnFocus: true,
    closeTitle: t("script.close"),
    zoomTitle: t("script.zoom"),
    arrowPrevTitle: t("script.previous"),
    arrowNextTitle: t("script.next"),
  });
  box.on("contentLoad", (event) => {
    const { content } = event;
    if (content.data.type !== "video") return;
    event.preventDefault();
    content.element = video(content.data);
    content.state = "loaded";
  });
  box.on("contentDeactivate", ({ content }) => content.element?.pause?.());
  box.on("uiRegister", () => {
    register(box, "words", 9, "root", "div", (place, data) => (place.textContent = words(data.element)));
    register(box, "save", 8, "bar", "a", (place, data) => {
      Object.assign(place, { href: data.src, download: data.element.dataset.save || "", title: t("script.save"), ariaLabel: t("script.save"), textContent: "⤓" });
    });
  });
  box.init();
}

function register(box, name, order, appendTo, tagName, fill) {
  box.ui.registerElement({
    name, order, appendTo, tagName, isButton: false, className: `pswp__${name}${appendTo === "bar" ? " pswp__button" : ""}`,
    onInit: (place) => {
      // The first slide comes after the bar.
      const show = () => box.currSlide && fill(place, box.currSlide.data);
      box.on("change", show);
      box.on("afterInit", show);
    },
  });
}

function slide(link) {
  const { view, width, height } = link.dataset;
  const still = link.querySelector("img");
  return { type: view, src: link.href, width: Number(width) || 640, height: Number(height) || 480, msrc: still?.currentSrc || undefined, alt: still?.alt || "", element: link };
}

function video(data) {
  const player = document.createElement("video");
  Object.assign(player, { src: data.src, controls: true, playsInline: true, autoplay: true, className: "pswp__img" });
  return player;
}

// The caption keeps what is veiled in the post: a mark stands for each letter.
function words(link) {
  const text = link.closest("article")?.querySelector(":scope > .text")?.cloneNode(true);
  for (const veiled of text?.querySelectorAll(".veiled-words") ?? []) veiled.textContent = veiled.textContent.replace(/\S/gu, "▒");
  return text?.textContent ?? "";
}
