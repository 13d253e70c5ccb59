// An invoice without a page picture, laid out from its fields like a paper.
import { element, titles, word } from "./shell.js";

const ROW = /^(\w+)\.(\d+)\.(\w+)$/;
const LONG = new Set(["remarks", "cipher_area", "text", "total_in_words"]);

/** The paper of *data*; a click on a value chooses its field. */
export function paper(data, onField) {
  const cell = (field) => element("button", {
    class: "cell", type: "button", "data-path": field.path, onclick: () => onField(field.path),
    style: null,
  }, element("b", {}, field.title), element("span", {}, field.value ?? "—"));
  const plain = data.fields.filter((field) => !ROW.test(field.path));
  const short = plain.filter((field) => !LONG.has(field.path)).map(cell);
  const long = plain.filter((field) => LONG.has(field.path) && field.value).map(cell);
  return element("div", { class: "paper" }, element("div", { class: "paper-sheet" },
    element("h2", {}, titles.kind[data.kind] ?? data.kind),
    element("p", { class: "note" }, word("as_rendered")),
    element("div", { class: "cells" }, ...short),
    ...tables(data, onField),
    element("div", { class: "cells one" }, ...long)));
}

/** A table for each list of rows, its columns as they occur. */
function* tables(data, onField) {
  const lists = new Map();
  for (const field of data.fields) {
    const row = ROW.exec(field.path);
    if (!row) continue;
    const [, name, index, column] = row;
    if (!lists.has(name)) lists.set(name, { columns: new Map(), rows: new Map() });
    const list = lists.get(name);
    list.columns.set(column, field.column);
    if (!list.rows.has(index)) list.rows.set(index, new Map());
    list.rows.get(index).set(column, field);
  }
  for (const { columns, rows } of lists.values()) {
    const head = element("tr", {}, ...[...columns.values()].map((title) => element("th", {}, title)));
    const body = [...rows.values()].map((row) => element("tr", {}, ...[...columns.keys()].map((column) => {
      const field = row.get(column);
      return element("td", field ? { "data-path": field.path, onclick: () => onField(field.path) } : {}, field?.value ?? "");
    })));
    yield element("div", { class: "scroll" }, element("table", {}, element("thead", {}, head), element("tbody", {}, ...body)));
  }
}
