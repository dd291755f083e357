// The numbers behind the chart: a table to read, to copy, to download.

import { element, setText, uniqueId } from "./dom.js";
import { formatValue } from "./format.js";
import { copyText } from "./clipboard.js";

/** {node, show(rows)}: the table is only built while it is open. */
export function createTable(definition) {
  const columns = definition.columns.filter((column) => !column.hidden);
  const id = uniqueId("table");
  const body = element("tbody");
  const heads = columns.map((column) => element("th", { scope: "col" }, columnTitle(column)));
  const table = element("table", {}, element("thead", {}, element("tr", {}, ...heads)), body);
  const scroller = element(
    "div",
    { class: "scalelab-scroll", id, role: "region", tabindex: "0", "aria-label": `Data table: ${definition.title}` },
    table,
  );
  const said = element("span", { class: "scalelab-said", role: "status" });
  const copy = element("button", { type: "button", class: "scalelab-quiet", onclick: copyTable }, "Copy table");
  const download = element("button", { type: "button", class: "scalelab-quiet", onclick: saveTable }, "Download CSV");
  const node = element(
    "details",
    { class: "scalelab-data", ontoggle: fill },
    element("summary", {}, "Data table"),
    element("div", { class: "scalelab-buttons" }, copy, download, said),
    scroller,
  );

  let rows = [];
  let filled = null;

  function fill() {
    if (!node.open || filled === rows) return;
    filled = rows;
    body.replaceChildren(
      ...rows.map((row) =>
        element("tr", {}, ...columns.map((column) => element("td", {}, formatValue(row[column.name], column.format)))),
      ),
    );
  }

  async function copyTable() {
    const done = await copyText(separated(columns, rows, "\t"));
    setText(said, done ? "Copied" : "The browser refused; download the CSV instead");
  }

  function saveTable() {
    const blob = new Blob([separated(columns, rows, ",")], { type: "text/csv" });
    const link = element("a", { href: URL.createObjectURL(blob), download: `${definition.name.replaceAll("/", "-")}.csv` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  return {
    node,
    show(next) {
      rows = next;
      fill();
    },
  };
}

/** All rows as text, with full precision; fields that need it are quoted. */
export function separated(columns, rows, separator) {
  const quoted = (value) => {
    const text = String(value);
    const plain = !/["\r\n]/.test(text) && !text.includes(separator);
    return plain ? text : `"${text.replaceAll('"', '""')}"`;
  };
  const lines = [columns.map(columnTitle), ...rows.map((row) => columns.map(({ name }) => row[name]))];
  return lines.map((line) => line.map(quoted).join(separator) + "\r\n").join("");
}

function columnTitle(column) {
  return column.unit ? `${column.title} (${column.unit})` : column.title;
}
