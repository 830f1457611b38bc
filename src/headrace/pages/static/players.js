// One sound or video at a time; round videos play by a click.
export function startPlayers() {
  document.addEventListener(
    "play",
    (event) => {
      if (event.target.dataset.animation !== undefined) return;
      for (const other of document.querySelectorAll("audio, video:not([data-animation])")) {
        if (other !== event.target && !other.paused) other.pause();
      }
    },
    true,
  );
  document.addEventListener("click", (event) => {
    const veiled = event.target.closest(".veiled");
    if (veiled) {
      event.preventDefault();
      event.stopPropagation();
      veiled.classList.remove("veiled");
    }
  }, true);
}
