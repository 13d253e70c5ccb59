// The review of one invoice: what is doubted first, one key per answer, judged again at once.
import { chip, element, hasDecided, isTyping, refusal, remember, reviewer, root, titles, toast, undoLast, word, words } from "./shell.js";
import { paper } from "./paper.js";
import { Viewer } from "./viewer.js";

const ROW = /^(\w+)\.(\d+)\.(\w+)$/;
const ACTIONS = { accept: "accepted", reject: "rejected", assign: "hand_over" };
const REASONS = 5; // of a field, that its question tells
const MARGIN = 1.5; // of a field's height, beside it in its crop, as the service cuts it
let data = JSON.parse(document.getElementById("data").textContent);
let chosen = null, editing = false, taking = false, busy = false;
const $ = (id) => document.getElementById(id);
const stage = $("stage");
const viewer = new Viewer(stage, { onField: choose, onText: take });
const byPath = () => new Map(data.fields.map((field) => [field.path, field]));

/* ---------- talking with the service ---------- */

async function call(method, path, body) {
  const headers = { "Content-Type": "application/json", "If-Match": `"${data.revision}"` };
  let answer;
  try {
    answer = await fetch(`${root}/v1/invoices/${data.id}${path}`, { method, headers, body: JSON.stringify({ ...body, by: reviewer() }) });
  } catch {
    toast(word("offline"));
    return false;
  }
  if (answer.ok) return true;
  if (answer.status === 409) {
    toast(word("stale"));
    await reload();
  } else toast(word("bad_value", { told: await refusal(answer) }));
  return false;
}

/** Fetch the invoice as it is now; false where the service cannot be reached. */
async function reload() {
  try {
    const answer = await fetch(`${root}/review/${data.id}/data`);
    if (answer.ok) data = await answer.json();
    return true;
  } catch {
    toast(word("offline"));
    return false;
  }
}

/** Do one thing at a time: a key that is pressed meanwhile answers a question that nobody has read. */
async function alone(work) {
  if (busy) return;
  busy = true;
  document.querySelector(".panel").setAttribute("aria-busy", "true");
  let isDone;
  try {
    isDone = await work();
  } finally {
    document.querySelector(".panel").removeAttribute("aria-busy");
    busy = false;
  }
  if (isDone !== "gone") draw();
}

/** Say what a field is; then go on with what is still doubted. */
const settle = (path, value) => alone(async () => {
  if (!await call("PATCH", "", { fields: { [path]: value } }) || !await reload()) return;
  editing = false;
  chosen = data.queue[0] ?? null;
  toast(word("saved"));
});

/** Undo what the message on the page offers to undo; without one, the last change of this invoice. */
const undo = () => (hasDecided() ? alone(async () => { await undoLast(); return "gone"; }) : undoHere());

const undoHere = () => alone(async () => {
  if (!await call("POST", "/undo") || !await reload()) return;
  editing = false;
  chosen = data.queue[0] ?? chosen;
});

const decide = (action, reason) => alone(async () => {
  if (!await call("POST", action, reason ? { reason } : {})) return "";
  remember({ id: data.id, revision: data.revision + 1, name: byPath().get("number")?.value ?? data.source, outcome: action === "/accept" ? "accepted" : "rejected" });
  location.href = next();
  return "gone";
});

/** Hand the invoice over to a colleague, and go on with the next one; nobody keeps it here. */
const assign = (to, reason) => alone(async () => {
  if (!await call("POST", "/assign", { to, ...(reason ? { reason } : {}) })) return "";
  if (!to) { await reload(); return ""; }
  sessionStorage.setItem("told", word("was_assigned", { name: byPath().get("number")?.value ?? data.source, to }));
  location.href = next();
  return "gone";
});

/** Where the next invoice to be reviewed is, none that somebody else was asked to do. */
const next = () => `${root}/review?after=${data.sequence}${reviewer() ? `&who=${encodeURIComponent(reviewer())}` : ""}`;

const isChanged = () => data.history.some((change) => !["read", "assign"].includes(change.action));

const reopen = () => alone(async () => { if (await call("POST", "/reopen")) await reload(); });

/* ---------- choosing ---------- */

function choose(path) {
  editing = false;
  chosen = path;
  draw();
}

function step(direction) {
  const paths = [...data.queue, ...data.fields.map((field) => field.path).filter((path) => !data.queue.includes(path))];
  const place = paths.indexOf(chosen);
  choose(paths[Math.min(Math.max(place + direction, 0), paths.length - 1)]);
}

function edit() {
  editing = true;
  draw();
}

function take(text) {
  if (!chosen) return;
  editing = true;
  draw();
  const input = document.querySelector(".editor input");
  if (input) input.value = text;
}

async function toggleTaking() {
  taking = !taking;
  $("take").setAttribute("aria-pressed", String(taking));
  if (!taking || !viewer.page) return viewer.offer([]);
  const answer = await fetch(`${root}/v1/invoices/${data.id}/pages/${viewer.page.number}/lines`);
  if (answer.ok && taking) viewer.offer((await answer.json()).lines);
  if (taking) toast(word("take_text_hint"));
}

/* ---------- drawing ---------- */

const name = element("input", {
  type: "text", class: "reviewer", placeholder: word("reviewer_name"), "aria-label": word("reviewer_name"), title: word("reviewer_hint"),
  maxlength: "50", autocomplete: "name",
  onchange: () => localStorage.setItem("reviewer", name.value.trim()),
  onkeydown: (event) => { if (["Enter", "Escape"].includes(event.key)) { event.stopPropagation(); name.blur(); } },
});
name.value = reviewer();

function draw() {
  drawHead();
  drawAsk();
  drawFields();
  drawFoot();
  drawPage();
}

function drawHead() {
  const left = data.queue.length;
  const outcome = data.state === "open" ? data.verdict : data.state;
  const number = byPath().get("number")?.value;
  $("head").replaceChildren(
    element("div", { class: "line" }, chip(outcome), element("b", {}, titles.kind[data.kind] ?? data.kind),
      data.assignee ? element("span", { class: "whose", title: word("assignee") }, `→ ${data.assignee}`) : null,
      element("span", { class: "grow" }), element("span", { class: "muted small" }, left ? word("left", { n: left }) : "")),
    element("div", { class: "line still" },
      element("span", { class: "name", title: data.source }, number ? `${number} · ${data.source}` : data.source), name));
}

/** Tell a screen reader what is asked now. */
function say(text) {
  if ($("said").textContent !== text) $("said").textContent = text;
}

function drawAsk() {
  const field = byPath().get(chosen) ?? rest(chosen);
  if (!field) {
    const errors = data.findings.filter((finding) => finding.severity === "error");
    const why = data.state === "rejected" ? data.why : [];
    const text = data.state !== "open" ? words[data.state] : errors.length ? word("failed_checks", { n: errors.length }) : word(data.history.length > 1 ? "settled" : "no_doubts");
    const causes = [...why.map((reason) => `${word("reason")}：${reason}`), ...errors.map((finding) => finding.message)];
    const told = element("ul", { class: "reasons" }, ...causes.map((cause) => element("li", {}, cause)));
    if (data.entry && errors.some((finding) => finding.pack === "ledger")) {
      told.append(element("li", {}, element("a", { href: `${root}/ledger/entries/${data.entry}` }, word("compare_claims"))));
    }
    say([text, ...why].join("，"));
    $("ask").replaceChildren(element("div", { class: `ask ${data.state === "rejected" || (errors.length && data.state === "open") ? "stop" : "fine"}` }, element("h2", {}, text), ...(causes.length ? [told] : [])));
    return;
  }
  const place = data.queue.indexOf(field.path);
  const where = place >= 0 ? word("of", { i: place + 1, n: data.queue.length }) : titles.status[field.status] ?? "";
  say([field.title, where, field.value ?? titles.status.missing, ...field.reasons].filter(Boolean).join("，"));
  const parts = [
    element("h2", {}, element("span", {}, field.title), element("span", { class: "muted" }, where)),
    element("div", { class: "value" }, ...marked(field)),
    field.box ? crop(field) : null,
    field.reasons.length ? element("ul", { class: "reasons" }, ...field.reasons.slice(0, REASONS).map((text) => element("li", {}, text))) : null,
    editing ? editor(field) : choices(field),
  ];
  $("ask").replaceChildren(element("div", { class: `ask${field.doubted ? "" : " fine"}` }, ...parts.filter(Boolean)));
  if (editing) { const input = document.querySelector(".editor input"); input.focus(); input.select(); }
}

function rest(path) {
  const found = data.rest.find((one) => one.path === path);
  return found && { ...found, value: null, reasons: [], choices: [], marks: [], status: "missing", confidence: 0 };
}

/** The value with the characters that the recognizer was not sure of. */
function marked(field) {
  const text = field.value ?? "—";
  const places = new Map(field.marks.map((mark) => [mark.place, mark]));
  if (!places.size || (field.text ?? "").length < text.length || !text.startsWith((field.text ?? "").slice(0, 1))) return [text];
  return [...text].map((character, index) => places.get(index)?.text === character
    ? element("mark", { title: `${word("unsure_character")} ${(100 * places.get(index).probability).toFixed(0)}%` }, character)
    : character);
}

/** What stands on the page, enlarged, with a pointer at the uncertain character. */
function crop(field) {
  const source = `${root}/v1/invoices/${data.id}/fields/${encodeURIComponent(field.path)}.png?r=${data.revision}`;
  const inner = element("div", { class: "in" }, element("img", { src: source, alt: `${field.title}：${field.text ?? ""}` }));
  const [x0, y0, x1, y1] = field.box;
  const margin = MARGIN * (y1 - y0);
  const length = Math.max([...(field.text ?? field.value ?? "")].length, 1);
  for (const mark of field.marks) {
    const from = margin + ((x1 - x0) * mark.place) / length;
    const share = (value) => `${((100 * value) / (x1 - x0 + 2 * margin)).toFixed(2)}%`;
    inner.append(element("span", { class: "glow", "data-left": share(from), "data-width": share((x1 - x0) / length) }));
    inner.append(element("i", { "data-left": share(from + (x1 - x0) / length / 2) }));
  }
  for (const made of inner.querySelectorAll("[data-left]")) {
    made.style.left = made.dataset.left;
    if (made.dataset.width) made.style.width = made.dataset.width;
  }
  const frame = element("div", { class: "crop" }, inner);
  const picture = inner.querySelector("img");
  picture.addEventListener("load", () => {
    inner.style.width = `${picture.offsetWidth}px`;
    inner.style.minWidth = "0";
    const first = inner.querySelector("i");
    if (first) frame.scrollLeft = first.offsetLeft - frame.clientWidth / 2;
  });
  picture.addEventListener("error", () => frame.remove());
  return frame;
}

function choices(field) {
  const buttons = field.choices.map((choice, index) => element("button", {
    class: "choice", type: "button", "data-value": choice.value, onclick: () => settle(field.path, choice.value),
  }, element("kbd", {}, String(index + 1)), element("span", { class: "v" }, ...compared(choice.value, field.value)),
  element("span", { class: "s" }, choice.settles ? element("b", {}, word("settles", { n: choice.settles })) : null, choice.source)));
  const extra = element("div", { class: "extra" },
    element("button", { class: "button", type: "button", onclick: edit }, element("kbd", {}, "e"), word("edit")),
    element("button", { class: "button", type: "button", onclick: () => settle(field.path, null) }, element("kbd", {}, "0"), word("not_printed")));
  return element("div", {}, element("div", { class: "choices" }, ...buttons), extra);
}

/** *value* with the characters that differ from the present one. */
function compared(value, present) {
  if (!present || value === present || value.length !== present.length) return [value];
  return [...value].map((character, index) => (character === present[index] ? character : element("em", {}, character)));
}

function editor(field) {
  const input = element("input", { type: "text", "aria-label": field.title, autocomplete: "off", spellcheck: "false" });
  input.value = field.value ?? field.text ?? "";
  const save = () => settle(field.path, input.value.trim() || null);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); save(); }
    if (event.key === "Escape") { editing = false; draw(); }
  });
  return element("div", { class: "editor" }, input,
    element("button", { class: "button primary", type: "button", onclick: save }, word("save")),
    element("button", { class: "button", type: "button", onclick: () => { editing = false; draw(); } }, word("cancel")));
}

function drawFields() {
  const rows = new Map();
  const plain = [];
  for (const field of data.fields) {
    const row = ROW.exec(field.path);
    if (!row) plain.push(line(field));
    else {
      const key = `${row[1]}.${row[2]}`;
      if (!rows.has(key)) rows.set(key, []);
      rows.get(key).push(line(field, field.column));
    }
  }
  const groups = [element("div", { class: "group" }, ...plain)];
  for (const [key, lines] of rows) {
    groups.push(element("div", { class: "group" }, element("h3", {}, `${word("items")} ${Number(key.split(".")[1]) + 1}`), ...lines));
  }
  const asked = data.queue.length > 0 || chosen;
  const grave = data.findings.filter((finding) => !isAsked(finding) && (finding.severity === "warning" || (asked && finding.severity === "error")));
  if (grave.length) {
    groups.unshift(element("div", { class: "group" }, element("h3", {}, word("findings")),
      element("ul", { class: "note-list" }, ...grave.map((finding) => element("li", { class: finding.severity }, finding.message)))));
  }
  if (data.rest.length) {
    const select = element("select", { "aria-label": word("add_field"), onchange: (event) => { chosen = event.target.value; edit(); } },
      element("option", { value: "" }, word("add_field")), ...data.rest.map((one) => element("option", { value: one.path }, one.title)));
    groups.push(element("div", { class: "note-list" }, element("div", { class: "row" }, select)));
  }
  groups.push(past());
  $("fields").replaceChildren(...groups);
  const at = $("fields").querySelector(".field.at");
  if (at && !data.queue.includes(chosen)) at.scrollIntoView({ block: "nearest" });
  else $("scroll").scrollTop = 0;
}

/** Whether the question above tells the finding as its reason. */
function isAsked(finding) {
  const reasons = byPath().get(chosen)?.reasons.slice(0, REASONS) ?? [];
  return reasons.includes(finding.message) || (reasons.length > 0 && finding.rule === "below-confidence" && finding.fields.includes(chosen));
}

function line(field, title = field.title) {
  const state = [field.status, field.doubted && "doubted", field.confirmed && "confirmed", field.path === chosen && "at"];
  const sure = field.value == null || field.confirmed ? "" : `${Math.floor(field.confidence * 1000) / 10}%`;
  return element("button", {
    class: `field ${state.filter(Boolean).join(" ")}`, type: "button", "data-path": field.path,
    title: titles.status[field.status] ?? "", onclick: () => choose(field.path),
  }, element("i", { "aria-hidden": "true" }), element("span", { class: "t" }, title),
  element("span", { class: "v" }, field.value ?? titles.status.missing), element("span", { class: "c" }, field.confirmed ? "✓" : sure));
}

/** A moment as the clock of the reader shows it, to the minute. */
function local(moment) {
  const at = new Date(moment);
  const two = (number) => String(number).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

function past() {
  const titleOf = new Map(data.fields.map((field) => [field.path, field.title]));
  const entries = data.history.filter((change) => change.action !== "read").reverse().map((change) => element("li", {},
    `${local(change.at)} ${change.by} `,
    change.path ? `${titleOf.get(change.path) ?? change.path}: ` : words[ACTIONS[change.action] ?? change.action] ?? change.action,
    change.action === "assign" ? ` → ${change.new ?? "—"}` : "",
    ...(change.path ? [element("del", {}, change.old ?? "—"), " → ", element("ins", {}, change.new ?? "—")] : []),
    change.reason ? ` (${change.reason})` : ""));
  if (!entries.length) return element("div");
  return element("details", {}, element("summary", {}, `${word("history")} (${entries.length})`), element("ul", { class: "note-list history" }, ...entries));
}

function drawFoot() {
  const changed = isChanged();
  const button = (name, key, action, kind = "") => element("button", { class: `button ${kind}`, type: "button", onclick: action },
    element("kbd", {}, key), word(name));
  const buttons = data.state === "open"
    ? [button("accept_next", "a", () => decide("/accept"), data.verdict === "accept" ? "good" : ""),
      button("reject_it", "x", askReject, "danger"), button("hand_over", "h", askAssign), button("skip", "n", () => { location.href = next(); })]
    : [button("reopen", "o", reopen)];
  if (changed) buttons.push(button("undo", "u", undoHere));
  const keys = [...(chosen ? ["key_choice", "key_confirm", "key_edit", "key_none"] : []), "key_move", ...(changed ? ["key_undo"] : []),
    ...(data.state === "open" ? ["key_accept"] : []), ...(data.pages.length ? ["key_zoom", "key_text"] : [])];
  $("foot").replaceChildren(...buttons, element("div", { class: "keys-line" }, ...keys.map((name) => element("span", {}, word(name)))));
}

function drawPage() {
  const field = byPath().get(chosen);
  const number = field?.box ? field.page : viewer.page?.number ?? data.page ?? data.pages[0]?.number;
  const page = data.pages.find((one) => one.number === number) ?? data.pages[0];
  document.querySelector(".viewer-tools").hidden = !page;
  if (!page) {
    const top = stage.firstElementChild?.scrollTop ?? 0;
    stage.replaceChildren(paper(data, choose));
    stage.firstElementChild.scrollTop = top;
    const at = [...stage.querySelectorAll("[data-path]")].find((one) => one.dataset.path === chosen);
    at?.classList.add("at");
    at?.scrollIntoView({ block: "nearest" });
    return;
  }
  if (viewer.page?.number !== page.number) {
    viewer.open(page, `${root}/v1/invoices/${data.id}/pages/${page.number}.jpg`);
    $("tabs").replaceChildren(...(data.pages.length > 1 ? data.pages : []).map((one) => element("button", {
      class: "quiet", type: "button", "aria-pressed": String(one.number === page.number),
      onclick: () => { chosen = null; viewer.open(one, `${root}/v1/invoices/${data.id}/pages/${one.number}.jpg`); viewer.mark(data.fields, chosen); },
    }, word("page", { n: one.number }))));
  }
  viewer.mark(data.fields, chosen);
  if (field?.box && field.page === page.number) viewer.show(field.box);
  else if (!field) viewer.fit();
}

/* ---------- keys and buttons ---------- */

function askReject() {
  const dialog = $("reject-dialog");
  dialog.returnValue = "";
  dialog.showModal();
}

$("reject-dialog").addEventListener("close", (event) => {
  const form = event.target.querySelector("form");
  if (event.target.returnValue === "reject") decide("/reject", form.elements.reason.value);
});
function askAssign() {
  const dialog = $("assign-dialog");
  $("people").replaceChildren(...data.people.map((value) => element("option", { value })));
  dialog.querySelector("input").value = data.assignee ?? "";
  dialog.returnValue = "";
  dialog.showModal();
}

$("assign-dialog").addEventListener("close", (event) => {
  const { to, reason } = event.target.querySelector("form").elements;
  if (event.target.returnValue === "assign" && to.value.trim() !== (data.assignee ?? "")) assign(to.value.trim(), reason.value);
});
$("take").addEventListener("click", toggleTaking);
$("fit").addEventListener("click", () => viewer.fit());
$("zoom-in").addEventListener("click", () => viewer.zoom(1.4));
$("zoom-out").addEventListener("click", () => viewer.zoom(1 / 1.4));

const current = () => byPath().get(chosen);
const keys = {
  j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1),
  e: () => { if (chosen) edit(); }, u: undo, x: () => { if (data.state === "open") askReject(); }, t: toggleTaking, f: () => viewer.fit(),
  o: () => { if (data.state !== "open") reopen(); },
  a: () => { if (data.state === "open") decide("/accept"); },
  h: () => { if (data.state === "open") askAssign(); },
  n: () => { location.href = next(); },
  0: () => { if (chosen) settle(chosen, null); },
  Enter: () => { const field = current(); if (field) field.value == null ? edit() : settle(field.path, field.value); else if (data.state === "open") decide("/accept"); },
  "+": () => viewer.zoom(1.4), "=": () => viewer.zoom(1.4), "-": () => viewer.zoom(1 / 1.4), "−": () => viewer.zoom(1 / 1.4),
};
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
  const choice = current()?.choices[Number(event.key) - 1];
  if (/^[1-9]$/.test(event.key) && choice) { event.preventDefault(); settle(chosen, choice.value); return; }
  if (event.key === "Enter" && event.target.closest("button, a, summary")) return;
  if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
});

chosen = data.queue[0] ?? null;
draw();
