// Numbers as text, letter for letter as Python's format() writes them: the summary in the page
// must read like the one that was rendered when the book was built.

const DASH = "–";

/** `value` by a format specification: ",.2f", ".1%", ".2e" and their like. */
export function formatNumber(value, specification) {
  const match = /^(,?)\.(\d)([f%e])$/.exec(specification);
  if (!match) throw new Error(`number format ${specification} is not one of ",.2f" ".1%" ".2e"`);
  if (value === null || !Number.isFinite(value)) return DASH;
  const digits = Number(match[2]);
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const size = Math.abs(value);
  if (match[3] === "e") return sign + exponential(size, digits);
  const text = fixed(match[3] === "%" ? size * 100 : size, digits);
  return sign + (match[1] ? grouped(text) : text) + (match[3] === "%" ? "%" : "");
}

/** A label as it is, a number by its format: what a reading or a cell of the table holds. */
export function formatValue(value, specification) {
  return typeof value === "string" ? value : formatNumber(value, specification);
}

/** "3 lines": the number with its noun, whose plural ends in s. */
export function counted(number, noun) {
  return `${formatNumber(number, ",.0f")} ${noun}${number === 1 ? "" : "s"}`;
}

/** The value with its unit, if it has one. */
export function withUnit(text, unit) {
  return unit ? `${text} ${unit}` : text;
}

/** A control's setting as the reader sees it. */
export function formatSetting(control, value) {
  if (control.kind === "choice") return control.options[value] ?? DASH;
  if (control.kind === "choices") return chosenOptions(control, value).join(", ");
  return withUnit(formatNumber(value, control.format), control.unit);
}

/** The options that a bit mask stands for. */
export function chosenOptions(control, mask) {
  return control.options.filter((_, bit) => Math.floor(mask / 2 ** bit) % 2 === 1);
}

/** How far a guess is from the answer: percentage points for shares, else in the same unit. */
export function formatDifference(difference, specification, unit) {
  const share = specification.endsWith("%");
  const text = share
    ? formatNumber(Math.abs(difference) * 100, specification.replace(/^,?(.*)%$/, ",$1f"))
    : formatNumber(Math.abs(difference), specification);
  return withUnit(text, share ? "percentage points" : unit);
}

// toFixed takes the larger of two equally near numbers, Python the even one. A double lies exactly
// between two such numbers only when it is an odd multiple of 1 / 2 ** (digits + 1).
function fixed(size, digits) {
  const halves = size * 2 ** (digits + 1);
  if (halves % 2 !== 1) return size.toFixed(digits);
  const below = Math.floor(size * 10 ** digits);
  return ((below % 2 === 0 ? below : below + 1) / 10 ** digits).toFixed(digits);
}

function exponential(size, digits) {
  const [mantissa, exponent] = size.toExponential(digits).split("e");
  return `${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, "0")}`;
}

function grouped(text) {
  const [whole, rest] = text.split(".");
  const thousands = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return rest === undefined ? thousands : `${thousands}.${rest}`;
}
