// Where a reader puts data of their own, and what was found in it.

import { element, setText, uniqueId } from "./dom.js";
import { counted, formatNumber } from "./format.js";

/**
 * `own` is the lab's declaration of it. Events: `given({name, buffer})`; `again(data)`, what another lab of
 * the page was given; `forgotten()`. `surroundings`: {privacy: where the data goes; sample}.
 */
export function createOwnData(own, { given, again, forgotten, surroundings }) {
  const { noun, expects } = own.format;
  const id = uniqueId("own");
  const input = element("input", { type: "file", id, class: "scalelab-unseen", onchange: () => take(input.files) });
  const report = element("div", { class: "scalelab-report", role: "status" });
  const offer = element("button", { type: "button", class: "scalelab-button", hidden: true });
  let offered = null;
  offer.addEventListener("click", () => again(offered));
  const zone = element(
    "div",
    {
      class: "scalelab-drop",
      ondragover: (event) => {
        event.preventDefault();
        zone.dataset.over = "";
      },
      ondragleave: () => delete zone.dataset.over,
      ondrop: (event) => {
        event.preventDefault();
        delete zone.dataset.over;
        take(event.dataTransfer.files);
      },
    },
    input,
    element("label", { for: id, class: "scalelab-button" }, own.example ? "Use a file" : `Use your own ${noun}s`),
    offer,
    own.sample ? sampleButton(own.sample) : null,
    element("p", { class: "scalelab-help" }, `Drop a file here: ${expects}; gzip and zstd are unpacked. ${surroundings.privacy}`),
  );

  function sampleButton({ name, title }) {
    return element(
      "button",
      { type: "button", class: "scalelab-quiet", onclick: () => take([{ name, arrayBuffer: () => surroundings.sample(name) }]) },
      `Try it with ${title}`,
    );
  }

  async function take(files) {
    const [file] = files;
    if (!file) return;
    setText(report, `Reading ${file.name} …`);
    try {
      given({ name: file.name, buffer: await file.arrayBuffer() });
    } catch {
      setText(report, `The browser could not read ${file.name}. Choose it again.`);
    }
    input.value = "";
  }

  function typed(text) {
    setText(report, "Reading what you typed …");
    given({ name: "what you typed", buffer: new TextEncoder().encode(text).buffer });
  }

  return {
    node: element("div", { class: "scalelab-own" }, own.example ? textBox(own, typed) : null, zone, report),
    /**
     * Shows what was found; an empty description means that the lab runs on its own data. `shared` is
     * what was last given to a lab of this page, or null.
     */
    show(found, failed, shared) {
      offered = shared;
      offer.hidden = !shared || found.name === shared.name;
      if (shared) setText(offer, `Use ${shared.name} here, too`);
      if (failed && report.textContent.startsWith("Reading")) report.replaceChildren();
      if (!found.name) {
        if (!report.textContent.startsWith("Reading")) report.replaceChildren();
        return;
      }
      if (report.dataset.shown === JSON.stringify(found) && report.children.length) return;
      report.dataset.shown = JSON.stringify(found);
      report.replaceChildren(...reportNodes(own, found, forgotten));
    },
  };
}

// For data of a few lines: an example to be typed over.
function textBox({ example, format }, typed) {
  const id = uniqueId("own-text");
  const rows = Math.min(10, example.trimEnd().split("\n").length + 1);
  const box = element("textarea", { id, rows, spellcheck: "false", autocomplete: "off" });
  box.value = example;
  return element(
    "div",
    { class: "scalelab-typed" },
    element("label", { for: id }, `Your own ${format.noun}s`),
    box,
    element("button", { type: "button", class: "scalelab-button", onclick: () => typed(box.value) }, `Use these ${format.noun}s`),
  );
}

function reportNodes(own, { name, found, skipped, counts, problems }, forgotten) {
  const left = skipped ? counted(skipped, "line") : "no line";
  const nodes = [
    element("p", {}, "In use: ", element("strong", {}, name), `: ${found}, ${left} left out. ${own.note}`.trimEnd()),
  ];
  if (counts) nodes.push(account(counts, problems));
  const back = element("button", { type: "button", class: "scalelab-quiet", onclick: forgotten }, `Back to ${own.instead}`);
  return [...nodes, back];
}

// Every line is in the first list, whatever became of it.
function account(counts, problems) {
  const reasons = Object.entries(counts).map(([reason, lines]) => `${formatNumber(lines, ",.0f")} × ${reason}`);
  const malformed = problems.map(({ line, reason }) => `Line ${formatNumber(line, ",.0f")}: ${reason}`);
  return element(
    "details",
    { class: "scalelab-data" },
    element("summary", {}, "What became of each line"),
    bulleted(reasons),
    ...(malformed.length ? [element("p", {}, "The first malformed lines:"), bulleted(malformed)] : []),
  );
}

function bulleted(texts) {
  return element("ul", {}, ...texts.map((text) => element("li", {}, text)));
}
