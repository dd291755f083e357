// A reader's own trace, read in the page: the file never leaves it.
// Unpacking is done here, everything else by the kernel that `scalelab.models.traces` runs too,
// so both give the same keys and the same report.

import { fzstd } from "./vendor/fzstd.js";

const TRACE_LAYOUTS = ["plain", "comma", "tab", "semicolon", "log"];

// By the kernel's reason code; `REASONS` in models/traces.py has the same.
const TRACE_REASONS = [
  "request",
  "header",
  "blank line",
  "comment",
  "goes on from the line above",
  "not a GET request",
  "status other than 2xx or 304",
  "too few columns",
  "too many columns",
  "empty key",
  "quote that is not closed",
  "text after a closing quote",
  "not a line of an access log",
  "control character: not text",
  "key is not valid UTF-8",
  "longer than 65,536 bytes",
];
const REQUEST_REASON = 0;
const LEFT_OUT_REASONS = [5, 6];
const FIRST_MALFORMED_REASON = 7;

const HEAD_ROWS = 2;
const ROW_WIDTH = 3;
const PROBLEMS_SHOWN = 20;
const MAX_TRACE_BYTES = 200_000_000;
const OTHER_ARCHIVES = {
  zip: [0x50, 0x4b, 0x03, 0x04],
  bzip2: [0x42, 0x5a, 0x68],
  xz: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00],
  "7z": [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c],
};

/**
 * The keys of a file's requests, numbered in order of first appearance, and what became of every
 * line. `parser` is the Engine of the trace kernel; `choice` may give `layout`, `column` (from 0)
 * and `header` where they are not to be found out. Throws an Error that a reader can act on.
 */
export async function readTrace(name, bytes, parser, choice = {}) {
  const content = await unpackedTrace(bytes);
  if (startsWith(content, [0xff, 0xfe]) || startsWith(content, [0xfe, 0xff])) {
    throw new Error("the text is in UTF-16; save it as UTF-8");
  }
  if (startsWith(content.subarray(257), [0x75, 0x73, 0x74, 0x61, 0x72])) {
    throw new Error("this is a tar archive of several files; unpack it and read one of them");
  }
  const layout = choice.layout === undefined ? -1 : TRACE_LAYOUTS.indexOf(choice.layout);
  const header = choice.header === undefined ? -1 : Number(choice.header);
  const [table] = await parser.run([[content, layout, choice.column ?? -1, header]]);
  return traceFromTable(name, content, table);
}

function traceFromTable(name, content, table) {
  const [layout, column, header, columns, requests, keyCount] = table;
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
  const keys = new BigInt64Array(requests);
  const counts = new Array(TRACE_REASONS.length).fill(0);
  const problems = [];
  let used = 0;
  for (let row = HEAD_ROWS * ROW_WIDTH; row < table.length; row += ROW_WIDTH) {
    const reason = table[row + 2];
    counts[reason] += 1;
    if (reason === REQUEST_REASON) {
      keys[used] = BigInt(table[row + 1]);
      used += 1;
    } else if (reason >= FIRST_MALFORMED_REASON && problems.length < PROBLEMS_SHOWN) {
      problems.push({ line: table[row], reason: TRACE_REASONS[reason] });
    }
  }
  const report = {
    name,
    layout: TRACE_LAYOUTS[layout],
    column,
    header: header === 1,
    lines: table.length / ROW_WIDTH - HEAD_ROWS,
    requests,
    keys: keyCount,
    skipped: counts.reduce(
      (sum, count, reason) =>
        reason >= FIRST_MALFORMED_REASON || LEFT_OUT_REASONS.includes(reason) ? sum + count : sum,
      0,
    ),
    counts: Object.fromEntries(
      TRACE_REASONS.map((reason, code) => [reason, counts[code]]).filter(([, count]) => count),
    ),
    problems,
  };
  if (!requests) throw new Error(`the file holds no request: ${whatItHolds(report)}`);
  return { keys, report };
}

function whatItHolds({ lines, layout, counts }) {
  if (!lines) return "it is empty";
  const found = Object.entries(counts).map(([reason, count]) => `${inThousands(count)} × ${reason}`);
  return `${inThousands(lines)} lines read as layout ${layout}: ${found.join(", ")}`;
}

function inThousands(count) {
  return count.toLocaleString("en-GB");
}

// The first line that is neither blank nor a comment.
function firstTraceLine(content) {
  const text = new TextDecoder().decode(content.subarray(0, 4 * 65_536));
  const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
  return (lines.find((line) => line.trim() && !line.startsWith("#")) ?? "").slice(0, 200);
}

// --- unpacking -----------------------------------------------------------------------------------

async function unpackedTrace(bytes) {
  for (const [archive, magic] of Object.entries(OTHER_ARCHIVES)) {
    if (startsWith(bytes, magic)) {
      throw new Error(
        `this is a ${archive} archive, which is not read here; unpack it, or pack the trace ` +
          "with gzip or zstd",
      );
    }
  }
  if (startsWith(bytes, [0x1f, 0x8b])) return fromGzip(bytes);
  const skippable = startsWith(bytes.subarray(1), [0x2a, 0x4d, 0x18]) && bytes[0] >> 4 === 5;
  if (skippable || startsWith(bytes, [0x28, 0xb5, 0x2f, 0xfd])) return fromZstd(bytes);
  if (bytes.length > MAX_TRACE_BYTES) throw tooLarge();
  return bytes;
}

function startsWith(bytes, magic) {
  return bytes.length >= magic.length && magic.every((byte, i) => bytes[i] === byte);
}

function tooLarge() {
  const limit = inThousands(MAX_TRACE_BYTES);
  return new RangeError(`the trace is larger than ${limit} bytes when unpacked; cut out a part of it`);
}

// An archive may be several gzip files one after another (rotated logs joined, bgzip), of which the
// browser unpacks only one at a time: a piece ends where the next one's header starts, if it then
// unpacks with its checksum right.
async function fromGzip(bytes) {
  const pieces = [];
  let size = 0;
  let start = 0;
  let stop = bytes.length;
  let failure = null;
  const take = (piece) => {
    pieces.push(piece);
    size += piece.length;
    start = stop;
    stop = bytes.length;
  };
  while (start < bytes.length) {
    try {
      take(await fromOneGzip(bytes.subarray(start, stop), MAX_TRACE_BYTES - size));
      continue;
    } catch (error) {
      if (error instanceof RangeError) throw error;
      failure ??= error;
    }
    const after = stop === bytes.length ? start : stop;
    stop = nextGzip(bytes, after + 1);
    if (stop === bytes.length) {
      throw new Error("the gzip archive is damaged or cut short; fetch or pack it again", {
        cause: failure,
      });
    }
  }
  return joinedPieces(pieces, size);
}

function nextGzip(bytes, from) {
  for (let i = bytes.indexOf(0x1f, from); i >= 0; i = bytes.indexOf(0x1f, i + 1)) {
    if (bytes[i + 1] === 0x8b && bytes[i + 2] === 8 && bytes[i + 3] < 0x20) return i;
  }
  return bytes.length;
}

async function fromOneGzip(bytes, limit) {
  const pieces = [];
  let size = 0;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return joinedPieces(pieces, size);
    pieces.push(value);
    size += value.length;
    if (size > limit) {
      await reader.cancel();
      throw tooLarge();
    }
  }
}

function fromZstd(bytes) {
  const pieces = [];
  let size = 0;
  const unpacking = new fzstd.Decompress((piece) => {
    size += piece.length;
    if (size > MAX_TRACE_BYTES) throw tooLarge();
    pieces.push(piece);
  });
  try {
    unpacking.push(bytes, true);
  } catch (error) {
    if (error instanceof RangeError && size > MAX_TRACE_BYTES) throw error;
    throw new Error("the zstd archive is damaged or cut short; fetch or pack it again", {
      cause: error,
    });
  }
  return joinedPieces(pieces, size);
}

function joinedPieces(pieces, size) {
  if (pieces.length === 1) return pieces[0];
  const whole = new Uint8Array(size);
  let position = 0;
  for (const piece of pieces) {
    whole.set(piece, position);
    position += piece.length;
  }
  return whole;
}
