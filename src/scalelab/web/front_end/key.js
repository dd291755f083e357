// The key of a chart: each series with a sample of how it is drawn, line, area or point.

import { element, drawing } from "./dom.js";
import { isOfSeries, markType, nodes, seriesColour, seriesColumn, seriesDash, seriesNames, seriesStyle } from "./series.js";

const SAMPLE_WIDTH = 28;
const SAMPLE_HEIGHT = 10;

/**
 * `show(rows)` lists the series that are in the rows, before they are drawn; `follow(rows, canvas)`
 * those that are drawn, as they look there.
 */
export function createKey(definition) {
  const names = seriesNames(definition.chart);
  const column = seriesColumn(definition);
  const style = seriesStyle(definition.chart);
  const node = element("ul", { class: "scalelab-key", "aria-hidden": "true" });
  const marks = nodes(definition.chart).filter(isOfSeries).map(markType);
  const looks = names.map((_, index) => usualLook(index, style));
  let shown = [];

  function fill() {
    const state = JSON.stringify(shown.map((index) => [index, looks[index]]));
    if (!names.length || node.dataset.shown === state) return;
    node.dataset.shown = state;
    node.replaceChildren(
      ...shown.map((index) => element("li", {}, sample(index, looks[index]), names[index])),
    );
  }

  function inRows(rows) {
    const isThere = (name) => !column || rows.some((row) => row[column] === name);
    return [...names.keys()].filter((index) => isThere(names[index]));
  }

  return {
    node,
    show(rows) {
      shown = inRows(rows);
      fill();
    },
    follow(rows, canvas) {
      const drawn = inRows(rows).map((index) => [index, drawnLook(canvas, index, marks, style)]);
      shown = drawn.filter(([, look]) => look).map(([index]) => index);
      for (const [index, look] of drawn) looks[index] = look ?? looks[index];
      fill();
    },
  };
}

/** A sample of the series in place `index` of a chart with lines, for its check box. */
export function swatch(index, style) {
  return sample(index, usualLook(index, style));
}

function usualLook(index, style) {
  return { mark: style === "block" ? "block" : "line", dash: seriesDash(index, style).join(" ") };
}

// Vega groups what it draws by the kind of mark; what each looks like in a key, the surest first.
const DRAWN = [
  { marks: ["line"], group: "line", look: "line" },
  { marks: ["bar", "rect", "tick"], group: "rect", look: "block" },
  { marks: ["area"], group: "area", look: "block" },
  { marks: ["rule"], group: "rule", look: "line" },
  { marks: ["point", "circle", "square"], group: "symbol", look: "point" },
];

// `marks`: those of the chart that have a series' colour, as others may have the same.
function drawnLook(canvas, index, marks, style) {
  for (const kind of DRAWN.filter((each) => each.marks.some((mark) => marks.includes(mark)))) {
    const paints = kind.look === "line" ? ["stroke"] : ["fill", "stroke"];
    const ours = paints.map((paint) => `.mark-${kind.group} [${paint}="${seriesColour(index)}"]`);
    const found = canvas.querySelector(ours.join());
    if (!found) continue;
    const dash = kind.look === "line" && style === "line" ? found.getAttribute("stroke-dasharray") : "";
    return { mark: kind.look, dash: (dash ?? "").replaceAll(",", " ") };
  }
  return null;
}

function sample(index, { mark, dash }) {
  const shape = SHAPES[mark]();
  shape.style.setProperty(mark === "line" ? "stroke" : "fill", seriesColour(index));
  shape.style.strokeDasharray = dash;
  const width = mark === "line" ? SAMPLE_WIDTH : SAMPLE_WIDTH / 2;
  return drawing(
    "svg",
    {
      class: "scalelab-swatch",
      width,
      height: SAMPLE_HEIGHT,
      viewBox: `0 0 ${width} ${SAMPLE_HEIGHT}`,
      "aria-hidden": "true",
      focusable: "false",
    },
    shape,
  );
}

const SHAPES = {
  line: () => drawing("line", { x1: 1, y1: SAMPLE_HEIGHT / 2, x2: SAMPLE_WIDTH - 1, y2: SAMPLE_HEIGHT / 2, "stroke-width": 3 }),
  block: () => drawing("rect", { width: SAMPLE_WIDTH / 2, height: SAMPLE_HEIGHT, rx: 2 }),
  point: () => drawing("circle", { cx: SAMPLE_WIDTH / 4, cy: SAMPLE_HEIGHT / 2, r: 4.5 }),
};
