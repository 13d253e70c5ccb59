// Files dropped, pasted, chosen or photographed are sent one by one, two at a time; each tells what became of it.
import { chip, element, money, refusal, root, saveWorkbook, unread, word } from "./shell.js";

const AT_ONCE = 2;
const PAUSE = 1500; // milliseconds before asking a busy service, or for a job, again
const MANY = /\.(zip|eml|msg|mbox)$/i; // what may hold more files than one answer should wait for
const KNOWN = /\.(pdf|ofd|xml|zip|eml|msg|mbox|jpe?g|png|bmp|tiff?|webp|gif|avif|hei[cf])$/i;
const zone = document.getElementById("drop");
const batch = document.getElementById("batch");
const list = document.getElementById("list");
const limit = Number(zone.dataset.fileBytes);
const waiting = [];
const ids = [];
let sending = 0, done = 0, total = 0, toReview = 0, wasHere = true;

function add(files) {
  for (const file of files) {
    const row = element("li", {}, element("span", { class: "name", title: file.name }, file.name),
      element("span", { class: "what" }), element("span", { class: "end" }));
    list.append(row);
    if (!KNOWN.test(file.name) && !file.type.startsWith("image/")) show(row, "unread", word("no_invoice_file"), word("skipped"));
    else if (file.size > limit) show(row, "unread", word("too_large"), word("skipped"));
    else {
      total += 1;
      show(row, "waiting", "", word("waiting"));
      waiting.push({ file, row });
    }
  }
  batch.hidden = list.children.length === 0;
  zone.classList.toggle("small", !batch.hidden);
  progress();
  next();
}

function next() {
  while (sending < AT_ONCE && waiting.length) send(waiting.shift());
}

async function send({ file, row }) {
  sending += 1;
  show(row, "busy", "", word("reading"));
  try {
    const result = await post(file);
    if (!result) throw new Error(word("offline"));
    told(row, result);
  } catch (error) {
    failed(row, file, error.message || word("offline"));
  }
  sending -= 1;
  done += 1;
  progress();
  next();
}

async function post(file) {
  for (;;) {
    const form = new FormData();
    form.append("files", file, file.name);
    const headers = MANY.test(file.name) ? { Prefer: "respond-async" } : {};
    const answer = await fetch(`${root}/v1/invoices`, { method: "POST", headers, body: form }).catch(() => null);
    if (!answer) throw new Error(word("offline"));
    if (answer.status === 429) {
      await pause();
      continue;
    }
    if (!answer.ok) throw new Error(await refusal(answer));
    const told = await answer.json();
    return told.job ? finished(told.job) : told.results[0];
  }
}

/** The result of the only file of a job, once it is read. */
async function finished(job) {
  for (;;) {
    await pause();
    // a service that does not answer now goes on with the job when it does
    const answer = await fetch(`${root}/v1/jobs/${job}`).catch(() => null);
    if (answer && answer.status < 500 && !answer.ok) throw new Error(await refusal(answer));
    const told = answer?.ok ? await answer.json() : null;
    if (told?.state === "canceled" && !told.results.length) throw new Error(word("job_canceled"));
    if (told && !["queued", "running"].includes(told.state)) return told.results[0];
  }
}

const pause = () => new Promise((go) => setTimeout(go, PAUSE));

function told(row, result) {
  const left = result.unread?.length ? ` · ${word("members_unread", { names: result.unread.map((one) => one.source).join("，") })}` : "";
  if (result.invoices.length === 0) {
    show(row, "unread", (result.error ? unread(result.error) : word("no_invoice")) + left, word("failed"));
    return;
  }
  const worst = ["reject", "review", "accept"].find((verdict) => result.invoices.some((one) => one.verdict === verdict));
  toReview += result.invoices.filter((one) => one.verdict === "review").length;
  ids.push(...result.invoices.map((one) => one.id));
  const [first] = result.invoices;
  const about = [first.number, first.seller?.name, first.total && `¥${money.format(first.total)}`].filter(Boolean).join(" · ");
  const grave = result.invoices.flatMap((one) => one.findings).find((finding) => finding.severity === "error");
  const why = grave ? ` · ${document.documentElement.lang === "en" ? grave.message_en || grave.message : grave.message}` : "";
  const many = result.invoices.length > 1 ? `${word("invoices_found", { n: result.invoices.length })} · ` : "";
  show(row, worst, many + about + why + left);
  row.querySelector(".end").append(element("a", { href: `${root}/review/${first.id}` }, word("open_review")));
}

function failed(row, file, text) {
  show(row, "unread", text, word("failed"));
  row.querySelector(".end").append(element("button", {
    class: "quiet", type: "button",
    onclick: () => { done -= 1; show(row, "waiting", "", word("waiting")); waiting.push({ file, row }); next(); },
  }, word("retry")));
}

function show(row, outcome, text, label) {
  const what = row.querySelector(".what");
  what.textContent = what.title = text;
  row.querySelector(".end").replaceChildren(chip(outcome, label));
}

function progress() {
  document.getElementById("progress").max = Math.max(total, 1);
  document.getElementById("progress").value = done;
  document.getElementById("progress-text").textContent = word("progress", { done, total });
  const over = total > 0 && done === total;
  document.getElementById("after").hidden = !over;
  const review = document.getElementById("go-review");
  review.hidden = toReview === 0;
  review.textContent = word("go_review", { n: toReview });
  document.getElementById("go-export").hidden = ids.length === 0;
  if (over && !wasHere) recount();
  wasHere = over;
}

/** Bring the counts of the page up to date. */
async function recount() {
  const answer = await fetch(`${root}/`).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.querySelector(".bar nav").replaceWith(fresh.querySelector(".bar nav"));
  document.querySelectorAll(".tiles, .steps").forEach((one) => one.remove());
  document.getElementById("batch").after(...fresh.querySelectorAll(".tiles"));
}

document.getElementById("go-export").addEventListener("click", () => saveWorkbook(ids));
for (const id of ["files", "folder", "camera"]) {
  const input = document.getElementById(id);
  input.addEventListener("change", () => { add(input.files); input.value = ""; });
}
addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("over"); });
addEventListener("dragleave", (event) => { if (!event.relatedTarget) zone.classList.remove("over"); });
addEventListener("drop", async (event) => {
  event.preventDefault();
  zone.classList.remove("over");
  const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  add(entries.length ? (await Promise.all(entries.map(walked))).flat() : event.dataTransfer.files);
});
addEventListener("paste", (event) => { if (event.clipboardData.files.length) add(event.clipboardData.files); });

/** The files of a dropped file or folder. */
async function walked(entry) {
  if (entry.isFile) return [await new Promise((give, fail) => entry.file(give, fail))];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((give, fail) => reader.readEntries(give, fail));
    if (!some.length) break;
    found.push(...some);
  }
  return (await Promise.all(found.filter((one) => !one.name.startsWith(".")).map(walked))).flat();
}
