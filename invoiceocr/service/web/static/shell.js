// What every page has: words, the theme, short messages.
const json = (id) => JSON.parse(document.getElementById(id).textContent);

/** The path below which a proxy shows the service. */
export const root = document.documentElement.dataset.root;
export const words = json("words");
export const titles = json("titles");

/** The word of that name with {places} filled in. */
export function word(name, values = {}) {
  return Object.entries(values).reduce((text, [key, value]) => text.replaceAll(`{${key}}`, value), words[name] ?? name);
}

/** An element with attributes and children; texts become text nodes, never markup. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value != null) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child != null));
  return made;
}

/** The chip of a verdict or outcome. */
export function chip(outcome, text = words[outcome] ?? outcome) {
  return element("span", { class: `chip ${outcome}` }, element("i", { "aria-hidden": "true" }), text);
}

const inChinese = document.documentElement.lang !== "en";

/** What a problem that the service answered says, in the language of the page. */
function detail(problem) {
  return (inChinese && problem.detail_zh) || problem.detail;
}

/** What an answer that is no success says; a proxy does not say it in JSON. */
export async function refusal(answer) {
  const plain = await answer.json().catch(() => null);
  return plain ? detail(plain) : word("http_error", { status: answer.status });
}

/** Why a file could not be read, in the language of the page. */
export function unread(error) {
  const title = inChinese && titles.error[error.code];
  const [limit] = error.message.match(/max_\w+=\d+/) ?? [];
  return title ? title + (limit ? word("over_limit", { limit }) : "") : error.message;
}

/** Who works here, for the audit trail; empty as long as nobody said. */
export function reviewer() {
  return localStorage.getItem("reviewer") ?? "";
}

for (const one of document.querySelectorAll("input[name=by]")) one.value = reviewer();

/** Download the workbook of these invoices: an address has no room for the ids of hundreds. */
export async function saveWorkbook(ids) {
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify({ format: "xlsx", ids, by: reviewer() });
  const answer = await fetch(`${root}/v1/export`, { method: "POST", headers, body });
  if (!answer.ok) return toast(await refusal(answer));
  const address = URL.createObjectURL(await answer.blob());
  element("a", { href: address, download: "invoices.xlsx" }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}

/** Amounts with their thousands parted. */
export const money = new Intl.NumberFormat("zh-CN", { minimumFractionDigits: 2 });

let fading = 0;
let decided = null; // on the page before, as long as the message that offers to undo it is shown
/** Show a short message, with what can be done about it. */
export function toast(text, ...buttons) {
  const shown = document.getElementById("toast");
  decided = null;
  shown.replaceChildren(text, ...buttons);
  shown.classList.add("on");
  clearTimeout(fading);
  fading = setTimeout(() => { shown.classList.remove("on"); decided = null; }, buttons.length ? 10000 : 2600);
}

/** Have the next page say what was decided here, and offer to undo it. */
export function remember(decision) {
  sessionStorage.setItem("decided", JSON.stringify(decision));
}

/** Whether undoing what was decided on the page before is offered now. */
export const hasDecided = () => decided !== null;

/** Undo what was decided on the page before, unless it was changed since, and go back to it. It is asked for once. */
export async function undoLast() {
  const one = decided;
  if (!one || one.isAsked) return;
  one.isAsked = true;
  clearTimeout(fading);
  const headers = { "Content-Type": "application/json", "If-Match": `"${one.revision}"` };
  const answer = await fetch(`${root}/v1/invoices/${one.id}/undo`, { method: "POST", headers, body: JSON.stringify({ by: reviewer() }) }).catch(() => null);
  if (answer?.ok) location.href = `${root}/review/${one.id}`;
  else toast(answer ? await refusal(answer) : word("offline"));
}

const told = sessionStorage.getItem("told"); // by the page before
sessionStorage.removeItem("told");
if (told) toast(told);
// who has a name is not asked what was handed over to others
for (const link of reviewer() ? document.querySelectorAll(`a[href="${root}/review"]`) : []) link.search = new URLSearchParams({ who: reviewer() });

const last = JSON.parse(sessionStorage.getItem("decided") ?? "null");
sessionStorage.removeItem("decided");
if (last) {
  toast(word(`was_${last.outcome}`, { name: last.name }),
    element("button", { type: "button", onclick: undoLast }, element("kbd", {}, "u"), word("undo")));
  decided = last;
  addEventListener("keydown", (event) => {
    const isAlone = !document.getElementById("foot"); // the review has its own keys
    if (event.key === "u" && isAlone && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event)) undoLast();
  });
}

/** Whether a key press is meant for a text field. */
export function isTyping(event) {
  return event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, dialog[open]") !== null;
}

document.querySelector(".bar [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });

const html = document.documentElement;
const stored = localStorage.getItem("theme");
if (stored) html.dataset.theme = stored;
document.getElementById("theme").addEventListener("click", () => {
  const dark = html.dataset.theme ? html.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  html.dataset.theme = dark ? "light" : "dark";
  localStorage.setItem("theme", html.dataset.theme);
});
