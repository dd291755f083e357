// Where a reader puts a trace of their own, and what was found in it.

import { element, setText, uniqueId } from "./dom.js";
import { formatNumber } from "./format.js";

/** Events: `given(name, buffer)`, `forgotten()`. `privacy` says where the file goes. */
export function createTraceDrop({ given, forgotten, privacy }) {
  const id = uniqueId("trace");
  const input = element("input", { type: "file", id, class: "scalelab-unseen", onchange: () => take(input.files) });
  const report = element("div", { class: "scalelab-report", role: "status" });
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
    element("label", { for: id, class: "scalelab-button" }, "Use your own trace"),
    element("p", { class: "scalelab-help" }, `Drop a file here: CSV or TSV, an access log, or one key per line; gzip and zstd are unpacked. ${privacy}`),
  );

  async function take(files) {
    const [file] = files;
    if (!file) return;
    setText(report, `Reading ${file.name} …`);
    try {
      given(file.name, await file.arrayBuffer());
    } catch {
      setText(report, `The browser could not read ${file.name}. Choose the file again.`);
    }
    input.value = "";
  }

  return {
    node: element("div", { class: "scalelab-trace" }, zone, report),
    /** Shows the description of the trace in use; an empty one means the synthetic workload. */
    show(trace, failed) {
      if (failed && report.textContent.startsWith("Reading")) report.replaceChildren();
      if (!trace.name) {
        if (!report.textContent.startsWith("Reading")) report.replaceChildren();
        return;
      }
      if (report.dataset.shown === JSON.stringify(trace) && report.children.length) return;
      report.dataset.shown = JSON.stringify(trace);
      report.replaceChildren(...traceLines(trace, forgotten));
    },
  };
}

function traceLines(trace, forgotten) {
  const back = element("button", { type: "button", class: "scalelab-quiet", onclick: forgotten }, "Back to the synthetic workload");
  const lines = [
    element(
      "p",
      {},
      "Your trace ",
      element("strong", {}, trace.name),
      `: ${counted(trace.requests, "request")} for ${counted(trace.keys, "key")}` +
        `${whereFrom(trace)}, ${trace.skipped ? counted(trace.skipped, "line") : "no line"} left out. ` +
        "Controls that shape the synthetic workload have no effect on it.",
    ),
  ];
  if (trace.counts) lines.push(account(trace));
  return [...lines, back];
}

function counted(number, word) {
  return `${formatNumber(number, ",.0f")} ${word}${number === 1 ? "" : "s"}`;
}

// How the file was understood. Keys that Python gave to the lab were never in a file.
function whereFrom({ layout, column }) {
  if (!layout) return "";
  if (layout === "plain") return " (one key per line)";
  if (layout === "log") return " (an access log)";
  return ` (column ${column + 1}, separated by ${layout})`;
}

// Every line is in the first list, whatever became of it.
function account({ counts, problems }) {
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
