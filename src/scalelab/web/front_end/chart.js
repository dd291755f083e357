// The chart. Vega draws it once; after that only its data are replaced. All colours are CSS
// variables, so that a change of theme, or paper, needs no new drawing.

import { element } from "./dom.js";
import { createKey } from "./key.js";
import { isOfSeries, nodes, markType, seriesNames, seriesColour, seriesDash, seriesStyle } from "./series.js";
import { createTooltip } from "./tooltip.js";

const NARROW = 520;
const VIEW_GAP = 24;
const MOST_FITTINGS = 5;
const USUAL_AXES = 64; // what the axes take of the width of a view, until a drawing has shown it

/** The chart of a lab. `vega` is {vega, vegaEmbed}; nothing is drawn before `draw` is called. */
export function createChart(definition, vega) {
  const names = seriesNames(definition.chart);
  const style = seriesStyle(definition.chart);
  const key = createKey(definition);
  const canvas = element("div", { class: "scalelab-canvas", role: "img" });
  const tooltip = createTooltip();
  const node = element("div", { class: "scalelab-chart" }, key.node, canvas, tooltip.node);

  let view = null;
  let size = null;
  let titles = [];
  let wrapping = "";
  let latest = null;
  let painting = null;
  let closed = false;
  let fittingAxes = USUAL_AXES;

  // Several results may come while one is being painted: only the newest of them is painted next.
  function draw(rows, guess) {
    latest = { rows, guess };
    painting ??= paintLatest().finally(() => {
      painting = null;
    });
    return painting;
  }

  async function paintLatest() {
    while (latest && !closed) {
      const { rows, guess } = latest;
      latest = null;
      if (view) {
        await replace(rows, guess);
      } else {
        key.show(rows);
        await embed(rows, guess);
      }
      key.follow(rows, canvas);
    }
  }

  async function embed(rows, guess) {
    size = measured(node.parentElement);
    // Vega fits a single view to its place, but not several: what these have too much or too little
    // is only known when they are drawn, and changes a little when labels find another place. Where
    // a label needs more than there is, the style sheet makes the drawing smaller.
    const columns = viewsBeside(definition.chart, size);
    let axes = fittingAxes;
    let [less, more] = [-Infinity, Infinity]; // with which the drawing was too wide, too narrow
    let made = await embedded(rows, guess, axes);
    for (let fitting = 1; columns && fitting <= MOST_FITTINGS && !closed; fitting += 1) {
      const excess = drawnWidth(canvas) - size.width;
      if (Math.abs(excess) <= 1) {
        fittingAxes = axes;
        break;
      }
      [less, more] = excess > 0 ? [axes, more] : [less, axes];
      axes += excess / columns;
      if (axes <= less || axes >= more) axes = (less + more) / 2; // a label comes and goes
      if (fitting === MOST_FITTINGS && less > 0) axes = less;
      made.finalize();
      made = await embedded(rows, guess, axes);
    }
    if (closed) made.finalize();
    else view = made;
  }

  async function embedded(rows, guess, axes) {
    const font = fontOf(canvas);
    const specification = dressed(definition.chart, { names, style, size, font, axes });
    specification.datasets = { table: rows, guess };
    const host = element("div", { "aria-hidden": "true" }); // the canvas says what the picture shows
    canvas.replaceChildren(host);
    const { view: made } = await vega.vegaEmbed(host, specification, {
      actions: false,
      ast: true,
      renderer: "svg",
      patch: (compiled) => {
        titles = axisTitles(compiled);
        wrapping = wrapped(titles, placeOfView(definition.chart, size));
        turnGuessLabel(compiled);
        return compiled;
      },
      logLevel: 1, // errors only: a guess not made yet has no extent, which Vega would warn of
      tooltip: tooltip.handle,
    });
    return made;
  }

  async function replace(rows, guess) {
    view.data("table", rows);
    if (hasGuess(definition.chart)) view.data("guess", guess);
    await view.runAsync();
  }

  // A single view is given its new width; views side by side, and titles that now break elsewhere,
  // are arranged anew.
  const watcher = new ResizeObserver(() => {
    if (!view || closed || painting) return;
    const now = measured(node.parentElement);
    if (now.width === size.width || now.width < 1) return;
    const rearranged = isComposed(definition.chart) || now.height !== size.height;
    size = now;
    if (!rearranged && wrapped(titles, placeOfView(definition.chart, size)) === wrapping) {
      view.width(now.width).runAsync();
      return;
    }
    const rows = view.data("table").map((row) => ({ ...row }));
    const guess = hasGuess(definition.chart) ? view.data("guess").map((row) => ({ ...row })) : [];
    view.finalize();
    view = null;
    draw(rows, guess);
  });
  watcher.observe(node);

  return {
    node,
    draw,
    describe: (text) => canvas.setAttribute("aria-label", text),
    close() {
      closed = true;
      watcher.disconnect();
      view?.finalize();
    },
  };
}

// The parent's width, as the chart itself is hidden until it is drawn.
function measured(parent) {
  const width = Math.floor(parent.clientWidth);
  return { width, height: width < NARROW ? 270 : 340 };
}

function fontOf(canvas) {
  return getComputedStyle(canvas).fontFamily;
}

function isComposed(chart) {
  return Boolean(chart.hconcat || chart.vconcat || chart.concat);
}

// How many views stand side by side; 0 for a chart of one view.
function viewsBeside(chart, { width }) {
  if (!isComposed(chart)) return 0;
  return chart.vconcat || width < NARROW ? 1 : (chart.hconcat ?? chart.concat).length;
}

function drawnWidth(canvas) {
  return Number(canvas.querySelector("svg")?.getAttribute("width"));
}

function hasGuess(chart) {
  return nodes(chart).some((node) => node.data?.name === "guess");
}

// --- the specification in the page's clothes ----------------------------------------------------

function dressed(chart, { names, style, size, font, axes }) {
  const copy = arranged(structuredClone(chart), size, axes);
  for (const node of nodes(copy)) {
    if (node.encoding) dressSeries(node, names, style);
    for (const { axis } of Object.values(node.encoding ?? {})) keepGivenTicks(axis);
    if (node.layer) node.layer = node.layer.flatMap(withGuessLabel);
  }
  copy.config = chartConfig(font, size);
  copy.background = "transparent";
  return copy;
}

function arranged(chart, { width, height }, axes) {
  if (!isComposed(chart)) {
    return { ...chart, width, height, autosize: { type: "fit", contains: "padding", resize: true } };
  }
  const { hconcat, vconcat, concat, ...rest } = chart;
  const views = hconcat ?? vconcat ?? concat;
  const place = placeOfView(chart, { width, height });
  const sized = views.map((each) => ({
    ...each,
    width: Math.max(80, Math.floor(place.width - axes)),
    height: Math.round(place.height - BESIDE_Y_AXIS),
  }));
  const autosize = { type: "pad", resize: true };
  const direction = viewsBeside(chart, { width }) > 1 ? "hconcat" : "vconcat";
  return { ...rest, autosize, spacing: VIEW_GAP, [direction]: sized };
}

// What a view has for itself and its axes.
function placeOfView(chart, { width, height }) {
  const columns = viewsBeside(chart, { width });
  if (!columns) return { width, height };
  const share = (width - VIEW_GAP * (columns - 1)) / columns;
  return { width: share, height: columns > 1 ? height : height * 0.62 + BESIDE_Y_AXIS };
}

// The key is ours (it wraps on narrow screens), and lines get dashes besides their colours.
function dressSeries(node, names, style) {
  const { encoding } = node;
  const { color } = encoding;
  if (!names.length || !isOfSeries(node)) return;
  color.legend = null;
  color.scale = { ...color.scale, domain: names, range: names.map((_, i) => seriesColour(i)) };
  if (style === "line" && markType(node) === "line") {
    const { field, datum, type } = color;
    encoding.strokeDash = {
      ...(field ? { field, type } : { datum, type }),
      scale: { domain: names, range: names.map((_, i) => seriesDash(i, style)) },
      legend: null,
    };
  }
  for (const channel of ["shape", "strokeDash", "opacity"]) {
    if (encoding[channel]?.field === color.field && color.field) encoding[channel].legend = null;
  }
}

// On a logarithmic scale Vega leaves out the labels of more ticks than were counted on, given ones
// as well.
function keepGivenTicks(axis) {
  if (Array.isArray(axis?.values)) axis.tickCount ??= axis.values.length;
}

// Marks called "guess" stay visible while the answer is hidden.
function withGuessLabel(node) {
  if (node.data?.name !== "guess") return [node];
  const across = Boolean(node.encoding.y);
  const place = across
    ? { y: node.encoding.y, x: { value: "width" } }
    : { x: node.encoding.x, y: { value: 0 } };
  const side = across
    ? { align: "right", baseline: "bottom", dx: -4, dy: -4 }
    : { align: "left", baseline: "bottom", dx: 0, dy: -3 };
  const label = {
    name: "guess_label",
    data: { name: "guess" },
    mark: { type: "text", fontSize: 12, fontStyle: "italic", ...side },
    encoding: { ...place, text: { value: "your guess" } },
  };
  return [{ ...node, name: "guess" }, label];
}

// The label of an upright line stands above it, to its right, or to its left where it would leave the
// view and take the width of the drawing with it. Only here do the scales have names.
function turnGuessLabel({ marks = [] }) {
  for (const mark of marks) {
    if (mark.type === "group") turnGuessLabel(mark);
    const scale = mark.name?.endsWith("guess_label_marks") && mark.encode.update.x.scale;
    if (!scale) continue;
    const isRight = `scale("${scale}", datum.guess) > 0.5 * range("${scale}")[1]`;
    mark.encode.update.align = { signal: `${isRight} ? "right" : "left"` };
  }
}

// --- titles that fit ---------------------------------------------------------------------------

const TITLE_FONT_SIZE = 12.5;
const BESIDE_X_AXIS = 70; // what the y axis and the padding take of the width
const BESIDE_Y_AXIS = 60;

// The axes with a title in the specification that Vega-Lite has made, where its layers' titles have
// become one. Each with the text, as the title itself becomes a list of lines. Several views are
// groups among the marks.
function axisTitles({ axes = [], marks = [] }) {
  const own = axes
    .filter(({ title }) => typeof title === "string")
    .map((axis) => ({ axis, text: axis.title }));
  return [...own, ...marks.flatMap((mark) => (mark.type === "group" ? axisTitles(mark) : []))];
}

// Breaks the titles into lines that their axes are long enough for; the result names the breaks.
function wrapped(titles, { width, height }) {
  for (const { axis, text } of titles) {
    const beside = axis.orient === "left" || axis.orient === "right";
    axis.title = brokenTitle(text, beside ? height - BESIDE_Y_AXIS : width - BESIDE_X_AXIS);
  }
  return JSON.stringify(titles.map(({ axis }) => axis.title));
}

function brokenTitle(text, room) {
  const most = Math.floor(room / (TITLE_FONT_SIZE * 0.6)); // of a bold letter's usual width
  return text.split(" ").reduce((made, word) => {
    const longer = `${made.at(-1)} ${word}`;
    return made.length && longer.length <= most ? [...made.slice(0, -1), longer] : [...made, word];
  }, []);
}

function chartConfig(font, { width }) {
  return {
    font,
    aria: false,
    padding: { left: 0, right: 8, top: 8, bottom: 2 },
    mark: { color: seriesColour(0) },
    range: { category: Array.from({ length: 11 }, (_, index) => seriesColour(index)) },
    view: { stroke: null },
    line: { strokeWidth: 2.5, strokeCap: "butt", strokeJoin: "round" },
    area: { opacity: 0.22 },
    bar: { cornerRadiusEnd: 2 },
    point: { size: 40, filled: true, opacity: 1 },
    rule: { color: "currentColor" },
    text: { color: "currentColor", fontSize: 12 },
    axis: {
      labelColor: "currentColor",
      labelFontSize: 12,
      labelOpacity: 0.82,
      labelPadding: 6,
      titleColor: "currentColor",
      titleFontSize: TITLE_FONT_SIZE,
      titleFontWeight: 600,
      titlePadding: 10,
      gridColor: "currentColor",
      gridOpacity: 0.11,
      domain: false,
      tickColor: "currentColor",
      tickOpacity: 0.4,
      tickSize: 4,
    },
    axisX: { labelFlush: true, domain: true, domainColor: "currentColor", domainOpacity: 0.45, grid: false },
    axisXQuantitative: { tickCount: Math.max(3, Math.round(width / 90)), labelOverlap: "greedy", labelSeparation: 6 },
    axisY: { ticks: false, tickCount: 5 },
    axisBand: { grid: false, labelOverlap: true, labelSeparation: 6 },
    header: { labelColor: "currentColor", titleColor: "currentColor", labelFontSize: 12 },
    title: { color: "currentColor", fontSize: 13, fontWeight: 600, anchor: "start", offset: 10 },
    legend: {
      orient: "bottom",
      direction: "horizontal",
      labelColor: "currentColor",
      titleColor: "currentColor",
      labelFontSize: 12,
      titleFontSize: 12,
      columns: Math.max(2, Math.floor(width / 150)),
    },
  };
}
