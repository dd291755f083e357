// A reader's own trace: the keys of its requests. Everything but the unpacking is done by the kernel
// that `scalelab.models.traces` runs too, so both give the same keys and the same report.

import { counted } from "./format.js";
import { accountOf, whatItHolds } from "./lines.js";
import { textBytes } from "./unpack.js";

const TRACE_LAYOUTS = ["plain", "comma", "tab", "semicolon", "log"];
const HEAD_ROWS = 2;
const ROW_WIDTH = 3;

/**
 * {values, report}: the keys, numbered in order of first appearance, and what became of every line.
 * `parser` is the Engine of the trace kernel; `choice` may give `layout`, `column` (from 0)
 * and `header` where they are not to be found out. Throws an Error that a reader can act on.
 */
export async function readTrace(format, bytes, parser, choice = {}) {
  const content = await textBytes(bytes);
  const layout = choice.layout === undefined ? -1 : TRACE_LAYOUTS.indexOf(choice.layout);
  const header = choice.header === undefined ? -1 : Number(choice.header);
  const [table] = await parser.run([[content, layout, choice.column ?? -1, header]]);
  const [, column, , columns] = table;
  if (column < 0) {
    const first = firstTraceLine(content);
    throw new Error(
      `the file has ${columns} columns and any could hold the keys; its first line is ` +
        `“${first}”. Call the column of keys “key” in a header line, or keep only that column`,
    );
  }
  if (column >= columns) {
    throw new Error(`column ${column} does not exist: most lines have ${columns}`);
  }
  return { values: keysOf(table), report: traceReport(format, table) };
}

function keysOf(table) {
  const keys = new BigInt64Array(table[4]);
  let used = 0;
  for (let row = HEAD_ROWS * ROW_WIDTH; row < table.length; row += ROW_WIDTH) {
    if (table[row + 2] !== 0) continue;
    keys[used] = BigInt(table[row + 1]);
    used += 1;
  }
  return keys;
}

function traceReport(format, table) {
  const [code, column, header, , requests, keys] = table;
  const layout = TRACE_LAYOUTS[code];
  const account = accountOf(format, table, { width: ROW_WIDTH, reason: 2, from: HEAD_ROWS * ROW_WIDTH });
  if (!requests) {
    throw new Error(`there is no request in it: ${whatItHolds(account, ` read as layout ${layout}`)}`);
  }
  const found = `${counted(requests, "request")} for ${counted(keys, "key")} (${whereFrom(layout, column)})`;
  return { found, layout, column, header: header === 1, requests, keys, ...account };
}

function whereFrom(layout, column) {
  if (layout === "plain") return "one key per line";
  if (layout === "log") return "an access log";
  return `column ${column + 1}, separated by ${layout}`;
}

// The first line that is neither blank nor a comment.
function firstTraceLine(content) {
  const text = new TextDecoder().decode(content.subarray(0, 4 * 65_536));
  const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
  return (lines.find((line) => line.trim() && !line.startsWith("#")) ?? "").slice(0, 200);
}
