// A reader's own file, unpacked: in the page, which it never leaves.

import { fzstd } from "./vendor/fzstd.js";
import { formatNumber } from "./format.js";

const MAX_TEXT_BYTES = 200_000_000;
const OTHER_ARCHIVES = {
  zip: [0x50, 0x4b, 0x03, 0x04],
  bzip2: [0x42, 0x5a, 0x68],
  xz: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00],
  "7z": [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c],
};

/** The bytes of a text file, unpacked. Throws an Error that a reader can act on. */
export async function textBytes(bytes) {
  const content = await unpacked(bytes);
  if (startsWith(content, [0xff, 0xfe]) || startsWith(content, [0xfe, 0xff])) {
    throw new Error("the text is in UTF-16; save it as UTF-8");
  }
  if (startsWith(content.subarray(257), [0x75, 0x73, 0x74, 0x61, 0x72])) {
    throw new Error("this is a tar archive of several files; unpack it and read one of them");
  }
  return content;
}

async function unpacked(bytes) {
  for (const [archive, magic] of Object.entries(OTHER_ARCHIVES)) {
    if (startsWith(bytes, magic)) {
      throw new Error(
        `this is a ${archive} archive, which is not read here; unpack it, or pack it with gzip or zstd`,
      );
    }
  }
  if (startsWith(bytes, [0x1f, 0x8b])) return fromGzip(bytes);
  const skippable = startsWith(bytes.subarray(1), [0x2a, 0x4d, 0x18]) && bytes[0] >> 4 === 5;
  if (skippable || startsWith(bytes, [0x28, 0xb5, 0x2f, 0xfd])) return fromZstd(bytes);
  if (bytes.length > MAX_TEXT_BYTES) throw tooLarge();
  return bytes;
}

function startsWith(bytes, magic) {
  return bytes.length >= magic.length && magic.every((byte, i) => bytes[i] === byte);
}

function tooLarge() {
  const limit = formatNumber(MAX_TEXT_BYTES, ",.0f");
  return new RangeError(`the file is larger than ${limit} bytes when unpacked; cut out a part of it`);
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
      take(await fromOneGzip(bytes.subarray(start, stop), MAX_TEXT_BYTES - size));
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
    if (size > MAX_TEXT_BYTES) throw tooLarge();
    pieces.push(piece);
  });
  try {
    unpacking.push(bytes, true);
  } catch (error) {
    if (error instanceof RangeError && size > MAX_TEXT_BYTES) throw error;
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
