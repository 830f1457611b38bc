// Words of the page's language, as the server has put them on the body.
export const language = document.documentElement.lang || "en";
// Of the reader's own kinds of that language the first: dates look as they do elsewhere.
export const locale = navigator.languages.find((one) => one.split("-")[0] === language) ?? language;
const words = JSON.parse(document.body.dataset.words || "{}");
const plurals = new Intl.PluralRules(language);
const numbers = new Intl.NumberFormat(language);

export const number = (value) => numbers.format(value);

// The words of a key; `n` is shown as a number and chooses the plural.
export function t(key, values = {}) {
  let pattern = words[key] ?? key;
  if (typeof pattern === "object") pattern = pattern[plurals.select(values.n)] ?? pattern.other ?? pattern.many;
  return pattern.replace(/\{(\w+)\}/g, (whole, name) => {
    if (!(name in values)) return whole;
    return typeof values[name] === "number" ? number(values[name]) : values[name];
  });
}

export const knows = (key) => key in words;

export function size(bytes) {
  let amount = bytes, unit = "B";
  for (const larger of ["kB", "MB", "GB", "TB"]) {
    if (amount < 1000) break;
    amount /= 1000;
    unit = larger;
  }
  const digits = unit === "B" || amount >= 100 ? 0 : 1;
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(amount)}\u00a0${t(`size.${unit}`)}`;
}

export function clock(seconds) {
  const whole = Math.max(Math.round(seconds), 0);
  const pad = (value) => String(value).padStart(2, "0");
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  return h ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`;
}

let timer;
// Say something in passing, to eyes and to screen readers.
export function tell(text) {
  const place = document.getElementById("told");
  if (!place) return;
  place.textContent = text;
  clearTimeout(timer);
  timer = setTimeout(() => (place.textContent = ""), 4000);
}
