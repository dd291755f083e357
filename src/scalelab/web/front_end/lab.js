// One lab: puts the parts together and keeps them in step with the model.

import { element, setText, uniqueId } from "./dom.js";
import { copyText } from "./clipboard.js";
import { createChart } from "./chart.js";
import { createControls } from "./controls.js";
import { createHandOver } from "./hand_over.js";
import { createOwnData } from "./own_data.js";
import { createPrediction } from "./prediction.js";
import { createProgress } from "./progress.js";
import { createRunner } from "./runner.js";
import { joinSharing } from "./sharing.js";
import { createSummary } from "./summary.js";
import { createTable } from "./table.js";
import { readingValue, tableRows } from "./rows.js";
import { sameSettings, settingsFragment } from "./settings.js";
import { seriesNames } from "./series.js";

const HIDDEN_CHART = "The chart. Its lines appear when you have guessed, or skipped the question.";

/**
 * Makes `host` a live lab on `model`. `surroundings`: {vega: a promise of {vega, vegaEmbed};
 * address: a function from a fragment to a link, or null where links make no sense; elsewhere: the
 * same from another lab's name and a fragment; stoppable; privacy: where a reader's own data goes;
 * sample: a function from the name of a sample to a promise of its bytes}. The picture in `host` stays
 * until the first drawing, and comes back if that fails. The result has begin(), configure(settings)
 * and close().
 */
export function mountLab(model, host, surroundings) {
  const definition = model.get("definition");
  const { controls } = definition;
  const picture = element("div", { class: "scalelab-static" }, ...host.querySelectorAll(":scope > img"));
  const names = seriesNames(definition.chart);

  const runner = createRunner(model, controls, follow);
  const start = runner.settings();
  const panel = createControls(definition, names, (name, value) => {
    prediction?.pass();
    move({ ...runner.settings(), [name]: value });
  });
  const prediction = definition.prediction
    ? createPrediction(definition.prediction, { guessed: () => redraw().catch(fail), revealed: reveal, asked: reveal })
    : null;
  const progress = createProgress({
    stopped: surroundings.stoppable ? () => runner.stop() : null,
    again: () => runner.start(),
  });
  const summary = createSummary(definition);
  const table = createTable(definition);
  const ownData = definition.own
    ? createOwnData(definition.own, { given: giveOwn, again: takeOwn, forgotten: forgetOwn, surroundings })
    : null;
  const sharing = definition.own ? joinSharing(definition.own.format.name, host, offerOwn) : null;
  const handOver = createHandOver(definition, surroundings.elsewhere);
  const tries = createTries();
  const buttons = createButtons();
  const stage = element("div", { class: "scalelab-stage" }, picture, progress.bar);

  let chart = null;
  let rows = [];
  let drawn = {};
  let queued = false;
  let given = null;
  let firstDrawing = null;
  let ended = () => {};

  panel.show(start);
  tries.show(start);
  build();
  reveal();
  const listeners = ["table", "shown", "runs", "state", "progress", "error", "own"].map(
    (name) => `change:${name}`,
  );
  for (const event of listeners) model.on(event, refreshSoon);

  return {
    /** Resolves when the first result is on the screen, or could not be had. */
    begin() {
      firstDrawing ??= open();
      return firstDrawing;
    },
    /** Moves the controls, as a link into the lab does. */
    configure(settings) {
      prediction?.pass();
      move(settings);
      panel.show(settings);
    },
    close() {
      for (const event of listeners) model.off(event, refreshSoon);
      runner.close();
      sharing?.leave();
      summary.close();
      progress.close();
      chart?.close();
    },
  };

  // --- putting together -------------------------------------------------------------------------

  function build() {
    const title = element("p", { class: "scalelab-title", id: uniqueId("title") }, definition.title);
    const main = element("div", { class: "scalelab-main" }, stage, progress.notice, ...summary.nodes);
    const side = element("div", { class: "scalelab-side" }, panel.node, buttons);
    const columns = element("div", { class: "scalelab-columns" }, main, side);
    const parts = [title, prediction?.node, columns, tries.node, ownData?.node, handOver.node, table.node];
    host.replaceChildren(...parts.filter(Boolean));
    host.setAttribute("aria-labelledby", title.id);
    if (host.localName !== "figure") host.setAttribute("role", "group");
    host.classList.add("scalelab-lab");
    host.dataset.live = "";
  }

  function createButtons() {
    const said = element("span", { class: "scalelab-said", role: "status" });
    const reset = element("button", { type: "button", class: "scalelab-button", onclick: () => jump(start) }, "Reset");
    const link = element("button", { type: "button", class: "scalelab-button", onclick: copyLink }, "Copy link");

    async function copyLink() {
      const fragment = settingsFragment(definition, runner.settings());
      const done = await copyText(surroundings.address(fragment));
      setText(said, done ? "Link copied" : "The link is in the address bar");
      setTimeout(() => setText(said, ""), 4000);
    }

    return element("div", { class: "scalelab-buttons" }, reset, surroundings.address ? link : null, said);
  }

  function createTries() {
    const made = definition.tries.map((each) => {
      const button = element("button", { type: "button", onclick: () => jump({ ...start, ...each.settings }) }, each.prompt);
      return { each, button };
    });
    const heading = element("p", { class: "scalelab-small-title" }, "Try");
    const list = element("ul", {}, ...made.map(({ button }) => element("li", {}, button)));
    return {
      node: made.length ? element("div", { class: "scalelab-tries" }, heading, list) : null,
      show(settings) {
        for (const { each, button } of made) {
          const there = sameSettings(controls, settings, { ...start, ...each.settings });
          button.setAttribute("aria-pressed", there);
        }
      },
    };
  }

  // --- moving -----------------------------------------------------------------------------------

  function move(settings) {
    tries.show(settings);
    runner.want(settings);
  }

  function jump(settings) {
    prediction?.pass();
    move(settings);
    panel.show(settings);
  }

  function follow(settings) {
    panel.show(settings);
    tries.show(settings);
  }

  function giveOwn(data) {
    given = { data, before: model.get("own") };
    takeOwn(data);
  }

  function takeOwn({ name, buffer }) {
    jump({ ...runner.settings(), ...definition.own.settings });
    model.send({ type: "own", name }, undefined, [buffer]);
  }

  // From another lab of the page. A question that still stands is about the lab's own workload: it is
  // not taken away, and the reader is shown a button.
  function offerOwn(data) {
    if (prediction?.isAsking()) refreshSoon();
    else takeOwn(data);
  }

  // What turned out to be readable goes to the others of the page.
  function shareGiven(state) {
    if (!given) return;
    const { data, before } = given;
    const own = model.get("own");
    const used = own !== before && own.name === data.name;
    if (used || state === "failed") given = null;
    if (used) sharing.share(data);
  }

  function forgetOwn() {
    model.send({ type: "forget-own" });
  }

  // --- showing ----------------------------------------------------------------------------------

  async function open() {
    try {
      const vega = await surroundings.vega;
      if (!vega) throw new Error("the part that draws did not arrive; load the page again");
      chart = createChart(definition, vega);
      chart.node.hidden = true;
      stage.prepend(chart.node);
      if (model.get("table").byteLength === 0) {
        const ran = new Promise((resolve) => {
          ended = resolve;
        });
        runner.start();
        await ran;
      }
      await refresh();
    } catch (error) {
      fail(error);
    }
  }

  // Several traits change with one result: they are shown together.
  function refreshSoon() {
    if (queued) return;
    queued = true;
    queueMicrotask(() => {
      queued = false;
      refresh().catch(fail);
    });
  }

  async function refresh() {
    const state = model.get("state");
    const shown = model.get("shown");
    progress.show({
      state,
      progress: model.get("progress"),
      error: model.get("error"),
      stale: !sameSettings(controls, shown, runner.settings()),
    });
    shareGiven(state);
    ownData?.show(model.get("own"), state === "failed", sharing.latest());
    host.dataset.state = state;
    if (state !== "running") ended();
    if (!chart || model.get("table").byteLength === 0) return;
    if (rows.source !== model.get("table")) {
      rows = tableRows(definition.columns, model.get("table"), model.get("own").name ? model.get("names") : null);
      rows.source = model.get("table");
      table.show(rows);
    }
    handOver.show(rows, shown);
    describe(shown);
    await redraw();
  }

  function describe(shown) {
    const text = summary.show(rows, shown);
    if (!prediction) {
      chart.describe(text);
      return;
    }
    chart.describe(prediction.isAsking() ? HIDDEN_CHART : text);
    const reading = definition.readings.find(({ name }) => name === definition.prediction.reading);
    prediction.hold(readingValue(definition, reading, rows, shown));
  }

  async function redraw() {
    if (!chart || !rows.length) return;
    const guess = prediction?.guess() ?? null;
    if (drawn.rows === rows && drawn.guess === guess) return;
    drawn = { rows, guess };
    await chart.draw(rows, guess === null ? [] : [{ guess }]);
    chart.node.hidden = false;
    picture.hidden = true;
  }

  function reveal() {
    host.toggleAttribute("data-asking", Boolean(prediction?.isAsking()));
    if (rows.length) describe(model.get("shown"));
  }

  function fail(error) {
    console.error(error);
    drawn = {};
    if (chart) chart.node.hidden = true;
    picture.hidden = false;
    progress.show({ state: "failed", progress: 0, error: String(error.message ?? error), stale: true });
    host.dataset.state = "failed";
    ended();
  }
}
