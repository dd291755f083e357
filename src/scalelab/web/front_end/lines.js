// A reader's own data, one observation a line. The parser is the kernel that `scalelab.models.lines`
// runs too, so both give the same values and the same report.

import { counted, formatNumber } from "./format.js";
import { textBytes } from "./unpack.js";

const PROBLEMS_SHOWN = 20;

/**
 * {values, report, names} of a file: what its used lines hold, row by row; what became of every line;
 * names of what is numbered in it. `parser` is the Engine of the format's kernel, `namers` are those of
 * its kernels for names. Throws an Error that a reader can act on.
 */
export async function readLines(format, bytes, parser, namers = {}) {
  const text = await textBytes(bytes);
  const [table] = await parser.run([[text]]);
  const width = 2 + format.values.length;
  const account = accountOf(format, table, { width, reason: 1 });
  const used = account.counts[format.reasons[0]] ?? 0;
  if (!used) throw new Error(`there is no ${format.noun} in it: ${whatItHolds(account)}`);
  const values = new Float64Array(used * format.values.length);
  let filled = 0;
  for (let row = 0; row < table.length; row += width) {
    if (table[row + 1] !== 0) continue;
    values.set(table.subarray(row + 2, row + width), filled);
    filled += format.values.length;
  }
  const names = {};
  for (const [name, namer] of Object.entries(namers)) names[name] = namesOf(await namer.run([[text]]));
  return { values, report: { found: counted(used, format.noun), ...account }, names };
}

// From their bytes, one a row, with a line end after each.
function namesOf([table]) {
  return new TextDecoder().decode(Uint8Array.from(table)).split("\n").slice(0, -1);
}

/** What became of every line; `table` has the line's number first and its reason at `reason`. */
export function accountOf({ reasons, first_malformed, left_out }, table, { width, reason, from = 0 }) {
  const counts = new Array(reasons.length).fill(0);
  const problems = [];
  for (let row = from; row < table.length; row += width) {
    const code = table[row + reason];
    counts[code] += 1;
    if (code >= first_malformed && problems.length < PROBLEMS_SHOWN) {
      problems.push({ line: table[row], reason: reasons[code] });
    }
  }
  const unused = (code) => code >= first_malformed || left_out.includes(code);
  return {
    lines: (table.length - from) / width,
    skipped: counts.reduce((sum, count, code) => (unused(code) ? sum + count : sum), 0),
    counts: Object.fromEntries(reasons.map((each, code) => [each, counts[code]]).filter(([, count]) => count)),
    problems,
  };
}

/** Why a file without a used line is no good. */
export function whatItHolds({ lines, counts }, how = "") {
  if (!lines) return "it is empty";
  const found = Object.entries(counts).map(([reason, count]) => `${formatNumber(count, ",.0f")} × ${reason}`);
  return `${counted(lines, "line")}${how}: ${found.join(", ")}`;
}
