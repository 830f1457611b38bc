// Telegram's animated stickers: Lottie in gzip, drawn on a canvas (which asks for no style).
import "./vendor/lottie_light_canvas.min.js";

const { lottie } = globalThis;

const LARGEST = 4 << 20;

export async function play(place, moves) {
  const answer = await fetch(place.dataset.tgs, { credentials: "same-origin" });
  if (!answer.ok) return null;
  const text = await new Response(answer.body.pipeThrough(new DecompressionStream("gzip")).pipeThrough(limited())).text();
  const animation = JSON.parse(text);
  if (!animation.layers?.length || reachesOut(animation)) return null;
  const still = place.querySelector("img, svg");
  const canvas = document.createElement("canvas");
  const side = place.classList.contains("custom-emoji") ? 26 : still?.getAttribute("width") || 200;
  const scale = Math.min(devicePixelRatio || 1, 2);
  canvas.width = canvas.height = side * scale;
  canvas.style.width = canvas.style.height = `${side}px`;
  canvas.ariaLabel = still?.getAttribute("alt") || place.textContent.trim();
  canvas.role = "img";
  const player = lottie.loadAnimation({
    renderer: "canvas",
    loop: true,
    autoplay: moves,
    animationData: animation,
    rendererSettings: { context: canvas.getContext("2d"), clearCanvas: true, preserveAspectRatio: "xMidYMid meet" },
  });
  place.replaceChildren(canvas);
  return player;
}

// Telegram's stickers are shapes alone: pictures, sounds and fonts would be fetched from wherever they say.
const reachesOut = ({ assets = [], fonts }) => Boolean(fonts) || assets.some((one) => one.p !== undefined || one.u !== undefined);

// A bomb ends here.
function limited() {
  let total = 0;
  return new TransformStream({
    transform(part, out) {
      total += part.byteLength;
      if (total > LARGEST) out.error(new Error("too large"));
      else out.enqueue(part);
    },
  });
}
