// The tables of the ledger: rows open what they tell of, states filter, keys move.
import { isTyping, word } from "./shell.js";

const table = document.querySelector("#entries, #lines");
const rows = table ? [...table.tBodies[0].rows] : [];
const chips = [...document.querySelectorAll("[data-state].filter")];
const search = document.getElementById("q");
let at = -1;

const open = (row) => { if (row?.dataset.href) location.href = row.dataset.href; };
table?.tBodies[0].addEventListener("click", (event) => {
  if (!event.target.closest("a") && !getSelection().toString()) open(event.target.closest("tr"));
});
for (const one of chips) {
  one.addEventListener("click", () => {
    for (const other of chips) other.setAttribute("aria-pressed", String(other === one));
    for (const row of rows) row.hidden = one.dataset.state !== "" && row.dataset.state !== one.dataset.state;
  });
}

function move(step) {
  const shown = rows.filter((row) => !row.hidden);
  const next = shown[Math.min(Math.max(shown.indexOf(rows[at]) + step, 0), shown.length - 1)];
  rows[at]?.classList.remove("at");
  at = rows.indexOf(next);
  next?.classList.add("at");
  next?.scrollIntoView({ block: "nearest" });
}

const keys = {
  j: () => move(1), ArrowDown: () => move(1), k: () => move(-1), ArrowUp: () => move(-1),
  "/": () => search?.focus(), Enter: () => open(rows[at]),
};
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
  if (event.key === "Enter" && event.target.closest("a, button")) return;
  if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
});

const picker = document.getElementById("picker");
if (picker) {
  const input = document.getElementById("register");
  const name = document.getElementById("register-name");
  const chosen = () => { name.textContent = input.files[0]?.name ?? word("register_drop"); };
  input.addEventListener("change", chosen);
  addEventListener("dragover", (event) => { event.preventDefault(); picker.classList.add("over"); });
  addEventListener("dragleave", (event) => { if (!event.relatedTarget) picker.classList.remove("over"); });
  addEventListener("drop", (event) => {
    event.preventDefault();
    picker.classList.remove("over");
    if (event.dataTransfer.files.length) { input.files = event.dataTransfer.files; chosen(); }
  });
  picker.closest("form").addEventListener("submit", () => {
    const button = document.getElementById("compare");
    button.textContent = word("comparing");
    button.setAttribute("aria-busy", "true");
  });
}
