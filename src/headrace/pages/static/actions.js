// Buttons that ask the server for something, copy a link, open a dialog, or choose a look.
import { send } from "./server.js";
import { clock, knows, number, size, t, tell } from "./words.js";

export function startActions() {
  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-post], [data-delete], [data-copy], [data-opens], [data-cookie], [data-preflight]");
    if (!target) return closeMenus(event);
    const data = target.dataset;
    if (data.post) ask(target, () => send(data.post, data.body ? JSON.parse(data.body) : {}), data.then);
    else if (data.delete) remove(target);
    else if (data.copy) copy(data.copy);
    else if (data.opens) document.getElementById(data.opens)?.showModal();
    else if (data.cookie) choose(event, data.cookie);
    else preflight(target.form);
  });
  document.addEventListener("submit", (event) => {
    if (event.target.dataset.import) {
      event.preventDefault();
      const form = event.target;
      ask(form.querySelector("[type=submit]"), () => send(form.dataset.import, wish(form)).then(() => empty(form)));
    }
  });
}

async function ask(button, request, then) {
  button.disabled = true;
  try {
    await request();
    tell(t("script.asked"));
    if (then) location.assign(then);
    document.dispatchEvent(new CustomEvent("asked"));
  } catch (error) {
    tell(error.message);
  } finally {
    button.disabled = false;
  }
}

async function remove(button) {
  if (!window.confirm(button.dataset.confirm)) return;
  await ask(button, () => send(button.dataset.delete, undefined, "DELETE").then(() => button.closest("article")?.remove()));
}

async function copy(address) {
  try {
    await navigator.clipboard.writeText(new URL(address, location.href).href);
    tell(t("script.copied"));
  } catch {
    tell(new URL(address, location.href).href);
  }
}

// Language and look are kept by a cookie of ours: no address has to carry them.
function choose(event, cookie) {
  event.preventDefault();
  document.cookie = `${cookie}; path=/; max-age=31536000; samesite=strict`;
  const url = new URL(location.href);
  for (const name of ["lang", "theme"]) url.searchParams.delete(name);
  location.replace(url.href);
  if (url.hash) location.reload();
}

function closeMenus(event) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
}

// What was asked for is a job now.
function empty(form) {
  form.reset();
  form.querySelector(".planned").hidden = true;
}

function wish(form) {
  const data = new FormData(form), found = { channel: data.get("channel").trim() };
  for (const name of ["since", "until"]) if (data.get(name)) found[name] = data.get(name);
  if (data.get("message_limit")) found.message_limit = Number(data.get("message_limit"));
  found.include_discussion_comments = data.has("include_discussion_comments");
  if (!data.has("media")) found.media = "none";
  return found;
}

async function preflight(form) {
  if (!form.reportValidity()) return;
  const place = form.querySelector(".planned");
  place.hidden = false;
  place.textContent = "…";
  try {
    place.replaceChildren(...planned(await send(form.dataset.plan, wish(form))));
  } catch (error) {
    place.textContent = error.message;
  }
}

// A plan as a title and its lines: what there is to read, what it asks for, and what it weighs.
function planned(plan) {
  const title = document.createElement("strong");
  const name = document.createElement("bdi");
  name.textContent = plan.title ?? "";
  title.append(name);
  const lines = [`${t("script.planned", { n: plan.messages ?? 0 })}, ${t("script.planned_requests", { n: plan.requests ?? 0 })}`];
  const talk = plan.comments?.requests;
  if (talk) lines.push(`${t("script.planned_comments", { n: plan.comments.comments })}, ${t("script.planned_requests", { n: talk })}`);
  for (const [kind, one] of Object.entries(plan.files ?? {})) {
    const shown = knows(`kind.${kind}`) ? t(`kind.${kind}`) : kind;
    lines.push(`${shown}: ${number(one.files)}, ${one.error ? "≈ " : ""}${size(one.bytes)}`);
  }
  if (plan.free) lines.push(t("script.planned_size", { size: size(plan.bytes ?? 0), free: size(plan.free) }));
  if (plan.seconds >= 1) lines.push(t("script.planned_time", { time: clock(Math.ceil(plan.seconds)) }));
  if (plan.fits === false) lines.push(t("script.planned_too_much"));
  const list = document.createElement("ul");
  for (const line of lines) list.appendChild(document.createElement("li")).textContent = line;
  return [title, list];
}
