// The results table: filters, sorting, totals, selection, keys. Rows are there already; they are shown or hidden.
import { isTyping, money, refusal, reviewer, root, saveWorkbook, toast, word } from "./shell.js";

const AT_ONCE = 100; // rows that appear at once, more than a screen has; the others follow when these are painted
const table = document.getElementById("table");
if (table) start();

function start() {
  const body = table.tBodies[0];
  let rows = [...body.rows].map((row) => ({
    row,
    text: row.textContent.toLowerCase().replaceAll(",", ""),
    verdict: row.dataset.verdict,
    kind: row.dataset.kind,
    assignee: row.dataset.assignee ?? "",
    cents: Math.round(Number(row.dataset.total || 0) * 100),
    copy: row.dataset.copy, // the same for rows of one invoice
  }));
  const search = document.getElementById("q");
  const kinds = document.getElementById("kind");
  const whose = document.getElementById("assignee");
  const mine = whose?.querySelector("[data-mine]");
  if (mine && reviewer()) [mine.value, mine.hidden] = [reviewer(), false];
  const chips = [...document.querySelectorAll(".filter")];
  // not all records are on the page: the service filters
  const isPartial = "all" in table.dataset;
  const accept = document.getElementById("accept");
  let shown = rows, chosen = [], acceptable = [], at = null, later = 0;

  function filter() {
    // what the service found it found in more than the rows show
    const isFound = isPartial && search.value.trim() === search.defaultValue.trim();
    const wanted = isFound ? [] : search.value.toLowerCase().replaceAll(",", "").split(/\s+/).filter(Boolean);
    const verdict = verdictChosen();
    const kind = kinds?.value ?? "";
    const assignee = whose?.value ?? "";
    shown = rows.filter((one) => (!verdict || one.verdict === verdict) && (!kind || one.kind === kind) && (!assignee || one.assignee === assignee)
      && wanted.every((part) => one.text.includes(part)));
    const visible = new Set(shown);
    for (const one of rows) if (!visible.has(one) && !one.row.hidden) one.row.hidden = true;
    clearTimeout(later);
    const appearing = shown.filter((one) => one.row.hidden);
    reveal(appearing.slice(0, AT_ONCE));
    if (appearing.length > AT_ONCE) later = setTimeout(reveal, 50, appearing.slice(AT_ONCE));
    document.getElementById("no-match").hidden = shown.length > 0;
    document.getElementById("shown").textContent = word("shown_count", { n: shown.length, total: table.dataset.all ?? rows.length });
    if (at && !visible.has(at)) move(0);
    picked();
  }

  /** What the invoices of these rows cost, each invoice once. */
  function sumOf(some) {
    const first = new Map(some.map((one) => [one.copy ?? one, one]).reverse());
    return [...first.values()].reduce((sum, one) => sum + one.cents, 0);
  }

  function reveal(appearing) {
    for (const one of appearing) one.row.hidden = false;
  }

  function picked() {
    const ticked = shown.filter((one) => one.row.cells[0].firstElementChild.checked);
    chosen = ticked.map((one) => one.row.dataset.id);
    document.getElementById("picked").textContent = chosen.length ? `· ${word("selected", { n: chosen.length })}` : "";
    document.getElementById("sum").textContent = money.format(sumOf(chosen.length ? ticked : shown) / 100);
    const link = new URL(`${root}/export/file?format=xlsx`, location.href);
    const verdict = verdictChosen();
    for (const [name, value] of [["q", search.value], ["verdict", verdict], ["kind", kinds?.value], ["assignee", whose?.value], ["by", reviewer()]]) {
      if (value) link.searchParams.set(name, value);
    }
    const button = document.getElementById("export");
    button.href = link.pathname + link.search;
    button.textContent = chosen.length ? word("export_selected", { n: chosen.length }) : button.dataset.all;
    acceptable = ticked.filter((one) => one.verdict === "accept").map((one) => one.row);
    accept.hidden = acceptable.length === 0;
    accept.textContent = word("accept_selected", { n: acceptable.length });
  }

  /** Accept what was chosen and has no doubts, as a person; what somebody changed meanwhile stays as it is. */
  async function acceptChosen() {
    accept.disabled = true;
    for (const [done, row] of acceptable.entries()) {
      accept.textContent = word("accepting", { n: done, total: acceptable.length });
      const headers = { "Content-Type": "application/json", "If-Match": `"${row.dataset.revision}"` };
      const body = JSON.stringify({ by: reviewer() });
      const answer = await fetch(`${root}/v1/invoices/${row.dataset.id}/accept`, { method: "POST", headers, body }).catch(() => null);
      if (answer && (answer.ok || answer.status === 409)) continue;
      toast(answer ? await refusal(answer) : word("offline"));
      accept.disabled = false;
      return picked();
    }
    seek("");
  }

  /** Ask the service for the rows that match, out of all records. */
  function seek(verdict) {
    const to = new URL(`${root}/results`, location.href);
    for (const [name, value] of [["q", search.value.trim()], ["verdict", verdict], ["kind", kinds?.value], ["assignee", whose?.value]]) {
      if (value) to.searchParams.set(name, value);
    }
    location.href = to;
  }

  const verdictChosen = () => chips.find((one) => one.getAttribute("aria-pressed") === "true")?.dataset.verdict ?? "";

  function sort(button) {
    const head = button.closest("th");
    const direction = head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
    for (const other of table.tHead.rows[0].cells) if (other.hasAttribute("aria-sort")) other.setAttribute("aria-sort", "none");
    head.setAttribute("aria-sort", direction);
    const key = button.dataset.type === "number" ? (one) => one.cents : (one) => one.row.cells[head.cellIndex].textContent;
    const order = new Intl.Collator("zh-CN", { numeric: true });
    const compare = button.dataset.type === "number" ? (a, b) => a - b : order.compare;
    const sign = direction === "ascending" ? 1 : -1;
    rows = rows.map((one) => [key(one), one]).sort((a, b) => sign * compare(a[0], b[0])).map((pair) => pair[1]);
    body.append(...rows.map((one) => one.row));
    filter();
  }

  function move(step) {
    const current = shown.indexOf(at);
    const next = shown[Math.min(Math.max(current + step, 0), shown.length - 1)];
    at?.row.classList.remove("at");
    at = next ?? null;
    at?.row.classList.add("at");
    at?.row.scrollIntoView({ block: "nearest" });
  }

  search.addEventListener("input", filter);
  kinds?.addEventListener("change", () => (isPartial ? seek(verdictChosen()) : filter()));
  whose?.addEventListener("change", () => (isPartial ? seek(verdictChosen()) : filter()));
  for (const one of chips) {
    one.addEventListener("click", () => {
      if (isPartial) return seek(one.dataset.verdict);
      for (const other of chips) other.setAttribute("aria-pressed", String(other === one));
      filter();
    });
  }
  for (const button of table.tHead.querySelectorAll("[data-sort]")) button.addEventListener("click", () => sort(button));
  document.getElementById("clear").addEventListener("click", () => {
    search.value = "";
    if (kinds) kinds.value = "";
    if (whose) whose.value = "";
    chips[0].click();
  });
  document.getElementById("export").addEventListener("click", (event) => {
    if (!chosen.length) return;
    event.preventDefault();
    saveWorkbook(chosen);
  });
  accept.addEventListener("click", acceptChosen);
  document.getElementById("all").addEventListener("change", (event) => {
    for (const one of shown) one.row.cells[0].firstElementChild.checked = event.target.checked;
    picked();
  });
  body.addEventListener("change", picked);
  body.addEventListener("click", (event) => {
    if (event.target.closest("a, input")) return;
    const row = event.target.closest("tr");
    if (row && !getSelection().toString()) location.href = `${root}/review/${row.dataset.id}`;
  });
  const keys = {
    j: () => move(1), ArrowDown: () => move(1), k: () => move(-1), ArrowUp: () => move(-1),
    "/": () => search.focus(),
    Enter: () => { if (at) location.href = `${root}/review/${at.row.dataset.id}`; },
    x: () => { const box = at?.row.cells[0].firstElementChild; if (box) { box.checked = !box.checked; picked(); } },
  };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && event.target === search) search.blur();
    else if (event.key === "Enter" && event.target === search && isPartial && !event.isComposing) seek(verdictChosen());
    else if (!isTyping(event) && keys[event.key] && !(event.key === "Enter" && event.target.closest("a, button"))) {
      event.preventDefault();
      keys[event.key]();
    }
  });
  filter();
}
