// Signing in: the token behind # never goes to the server by itself, nor into its log.
import { send } from "./server.js";
import { t } from "./words.js";

// Whoever is signed in already has no use for a token in the address.
function forget() {
  if (new URLSearchParams(location.hash.slice(1)).has("token")) history.replaceState(null, "", location.href.split("#")[0]);
}

export function startLogin() {
  const form = document.querySelector("form[data-login]");
  if (!form) return forget();
  const problem = document.querySelector(".error[role=alert]");
  const enter = async (token) => {
    try {
      await send(form.dataset.login, { token });
      // This page stands where somebody wanted to go: asked for again, it is there.
      location.reload();
    } catch (error) {
      problem.textContent = error.message || t("script.wrong_token");
      problem.hidden = false;
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    enter(new FormData(form).get("token").trim());
  });
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token) {
    forget();
    enter(token);
  }
}
