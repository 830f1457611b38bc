// Talking to our own server, and to no other.
import { knows, t } from "./words.js";

const ours = (address) => new URL(address, location.href).origin === location.origin;

// POST (or DELETE …) JSON; gives the answer, or throws an Error with a sentence.
export async function send(address, body, method = "POST") {
  if (!ours(address)) throw new Error(t("script.failed"));
  let answer;
  try {
    answer = await fetch(address, {
      method,
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: method === "DELETE" ? undefined : JSON.stringify(body ?? {}),
    });
  } catch {
    throw new Error(t("script.offline"));
  }
  const said = await answer.json().catch(() => ({}));
  if (answer.ok) return said;
  const sentence = [said.message, said.hint].filter((one) => typeof one === "string").join(" ");
  throw new Error(sentence || (knows("script.failed") ? t("script.failed") : String(answer.status)));
}

// A page of ours as a document; scripts in it never run.
export function page(address) {
  return new Promise((resolve, reject) => {
    if (!ours(address)) return reject(new Error("foreign"));
    const request = new XMLHttpRequest();
    request.open("GET", address);
    request.responseType = "document";
    request.onload = () => (request.status === 200 && request.response ? resolve(request.response) : reject(new Error(t("script.failed"))));
    request.onerror = () => reject(new Error(t("script.offline")));
    request.send();
  });
}
