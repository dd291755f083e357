// The lines of a chart and their looks: a colour and a dash pattern each, so that no line is told
// apart by its colour alone.

const DASHES = [
  [], [8, 3], [2, 2.5], [10, 3, 2, 3], [5, 2], [1, 3], [12, 4], [6, 2, 1, 2, 1, 2],
  [16, 3, 3, 3], [3, 5], [9, 2, 2, 2, 2, 2],
];

/** Names of the chart's lines: the domain of its colour scale; empty if it has none. */
export function seriesNames(chart) {
  for (const encoding of encodings(chart)) {
    const domain = encoding.color?.scale?.domain;
    if (Array.isArray(domain) && domain.every((name) => typeof name === "string")) return domain;
  }
  return [];
}

/** The column that names the line of a row; null where a row holds several lines, or one. */
export function seriesColumn({ chart, columns }) {
  const fields = encodings(chart).map(({ color }) => color?.scale?.domain && color.field);
  return columns.find(({ name }) => fields.includes(name))?.name ?? null;
}

/** Every encoding in a Vega-Lite specification. */
export function encodings(specification) {
  return nodes(specification).map((node) => node.encoding).filter(Boolean);
}

/** A specification and all specifications inside it. */
export function nodes(specification) {
  const inner = ["layer", "hconcat", "vconcat", "concat"].flatMap((key) => specification[key] ?? []);
  return [specification, ...inner.flatMap(nodes)];
}

/** Colour of the line in place `index`; CSS gives it a value for light and for dark. */
export function seriesColour(index) {
  return `var(--scalelab-series-${(index % 11) + 1})`;
}

/**
 * How the chart's series are drawn: "line" where we may give each line a dash pattern, "plain"
 * where dashes already mean something else, "block" where there are no lines.
 */
export function seriesStyle(chart) {
  const lines = nodes(chart).filter((node) => markType(node) === "line");
  if (!lines.length) return "block";
  const dashed = lines.some((node) => node.mark.strokeDash || node.encoding?.strokeDash);
  return dashed ? "plain" : "line";
}

/** Whether a specification's marks have the colours of the chart's series. */
export function isOfSeries({ encoding }) {
  const { field, datum, scale } = encoding?.color ?? {};
  return Boolean(field || datum !== undefined) && !(scale && !scale.domain);
}

/** "line", "bar", ... or undefined for a specification without a mark. */
export function markType(node) {
  return node.mark?.type ?? node.mark;
}

/** Dash pattern of the line in place `index`; empty for an unbroken line. */
export function seriesDash(index, style) {
  return style === "line" ? DASHES[index % DASHES.length] : [];
}
