// A page picture with the places of its fields: zoom, pan, glide to a field, take text from the page.
import { element, word } from "./shell.js";

const SVG = "http://www.w3.org/2000/svg";
const MOST = 8, LEAST = 0.05; // zoom factors
const CLOSE_UP = 26; // height in pixels at which print is read with ease

export class Viewer {
  #stage; #sheet; #overlay; #scale = 1; #x = 0; #y = 0; #page = null; #pointers = new Map(); #moved = false;

  constructor(stage, { onField, onText }) {
    this.#stage = stage;
    this.onField = onField;
    this.onText = onText;
    stage.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    stage.addEventListener("pointerdown", (event) => this.#down(event));
    stage.addEventListener("pointermove", (event) => this.#move(event));
    for (const name of ["pointerup", "pointercancel"]) stage.addEventListener(name, (event) => this.#up(event));
    stage.addEventListener("click", (event) => this.#click(event), true);
    new ResizeObserver(() => { if (this.#page && !this.#moved) this.fit(); }).observe(stage);
  }

  /** Show a page: its picture and its size in the units of boxes. */
  open(page, source) {
    this.#page = page;
    this.#overlay = document.createElementNS(SVG, "svg");
    this.#overlay.setAttribute("viewBox", `0 0 ${page.width} ${page.height}`);
    this.#overlay.setAttribute("preserveAspectRatio", "none");
    const picture = element("img", { src: source, alt: word("page", { n: page.number }), draggable: "false" });
    this.#sheet = element("div", { class: "sheet" }, picture, this.#overlay);
    this.#sheet.style.width = `${page.width}px`;
    this.#sheet.style.height = `${page.height}px`;
    this.#stage.replaceChildren(this.#sheet);
    this.#moved = false;
    this.fit();
  }

  get page() { return this.#page; }

  /** Draw a frame for each field of this page; the one at *path* stands out. */
  mark(fields, path) {
    if (!this.#overlay) return;
    const here = fields.filter((field) => field.box && field.page === this.#page.number);
    const ordered = [...here.filter((field) => field.path !== path), ...here.filter((field) => field.path === path)];
    this.#overlay.querySelectorAll("rect.field-box").forEach((old) => old.remove());
    for (const field of ordered) {
      const box = this.#rect(field.box, `field-box ${field.doubted ? "doubtful" : field.status}${field.path === path ? " at" : ""}`);
      box.append(Object.assign(document.createElementNS(SVG, "title"), { textContent: `${field.title}：${field.value ?? "—"}` }));
      box.addEventListener("click", () => this.onField(field.path));
      this.#overlay.append(box);
    }
  }

  /** Offer lines of text to be taken; none takes the offer back. */
  offer(lines) {
    this.#overlay?.querySelectorAll("rect.line").forEach((old) => old.remove());
    this.#stage.classList.toggle("taking", lines.length > 0);
    for (const line of lines) {
      const box = this.#rect(line.box, "line");
      box.append(Object.assign(document.createElementNS(SVG, "title"), { textContent: line.text }));
      box.addEventListener("click", (event) => { event.stopPropagation(); this.onText(line.text); });
      this.#overlay.append(box);
    }
  }

  #rect([x0, y0, x1, y1], name) {
    const rect = document.createElementNS(SVG, "rect");
    const pad = 0.12 * (y1 - y0);
    for (const [key, value] of Object.entries({ x: x0 - pad, y: y0 - pad, width: x1 - x0 + 2 * pad, height: y1 - y0 + 2 * pad, rx: pad })) {
      rect.setAttribute(key, value);
    }
    rect.setAttribute("class", name);
    return rect;
  }

  /** The whole page in the window. */
  fit() {
    const { clientWidth: width, clientHeight: height } = this.#stage;
    if (!width || !this.#page) return;
    this.#scale = Math.min((width - 24) / this.#page.width, (height - 24) / this.#page.height);
    this.#x = (width - this.#page.width * this.#scale) / 2;
    this.#y = Math.max(12, (height - this.#page.height * this.#scale) / 2);
    this.#place(true);
    this.#moved = false;
  }

  /** Make it larger or smaller around the middle. */
  zoom(factor) {
    this.#zoomAt(factor, this.#stage.clientWidth / 2, this.#stage.clientHeight / 2, true);
  }

  /** Bring a box into the middle, close enough to be read. */
  show(box) {
    if (!this.#sheet) return;
    const { clientWidth: width, clientHeight: height } = this.#stage;
    const [x0, y0, x1, y1] = box;
    const fitting = Math.min((width - 24) / this.#page.width, (height - 24) / this.#page.height);
    const close = Math.min(CLOSE_UP / Math.max(y1 - y0, 1), (width * 0.8) / Math.max(x1 - x0, 1));
    this.#scale = Math.min(Math.max(fitting, close), MOST);
    this.#x = this.#within(width / 2 - ((x0 + x1) / 2) * this.#scale, width, this.#page.width);
    this.#y = this.#within(height / 2 - ((y0 + y1) / 2) * this.#scale, height, this.#page.height);
    this.#moved = true;
    this.#place(true);
  }

  #within(offset, room, size) {
    const length = size * this.#scale;
    return length <= room ? (room - length) / 2 : Math.min(12, Math.max(room - length - 12, offset));
  }

  #zoomAt(factor, x, y, gliding = false) {
    const scale = Math.min(Math.max(this.#scale * factor, LEAST), MOST);
    this.#x = x - ((x - this.#x) * scale) / this.#scale;
    this.#y = y - ((y - this.#y) * scale) / this.#scale;
    this.#scale = scale;
    this.#moved = true;
    this.#place(gliding);
  }

  #place(gliding) {
    this.#sheet.classList.toggle("gliding", gliding);
    this.#sheet.style.transform = `translate(${this.#x}px, ${this.#y}px) scale(${this.#scale})`;
  }

  #wheel(event) {
    if (!this.#sheet) return;
    event.preventDefault();
    const frame = this.#stage.getBoundingClientRect();
    this.#zoomAt(Math.exp(-event.deltaY * 0.0016), event.clientX - frame.left, event.clientY - frame.top);
  }

  #down(event) {
    if (!this.#sheet || event.button) return;
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY, far: 0 });
  }

  #move(event) {
    const last = this.#pointers.get(event.pointerId);
    if (!last) return;
    const [dx, dy] = [event.clientX - last.x, event.clientY - last.y];
    const far = last.far + Math.abs(dx) + Math.abs(dy);
    if (this.#pointers.size === 2) {
      const other = [...this.#pointers.entries()].find(([id]) => id !== event.pointerId)[1];
      const before = Math.hypot(last.x - other.x, last.y - other.y);
      const after = Math.hypot(event.clientX - other.x, event.clientY - other.y);
      const frame = this.#stage.getBoundingClientRect();
      this.#zoomAt(after / Math.max(before, 1), (event.clientX + other.x) / 2 - frame.left, (event.clientY + other.y) / 2 - frame.top);
    } else if (far > 4) {
      if (!this.#stage.classList.contains("dragging")) this.#stage.setPointerCapture(event.pointerId);
      this.#stage.classList.add("dragging");
      this.#x += dx;
      this.#y += dy;
      this.#moved = true;
      this.#place(false);
    }
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY, far });
  }

  #up(event) {
    this.#pointers.delete(event.pointerId);
    setTimeout(() => this.#stage.classList.remove("dragging"));
  }

  #click(event) {
    if (this.#stage.classList.contains("dragging")) event.stopPropagation();
  }
}
