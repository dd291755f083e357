// Where a reader puts a trace of their own, and what was found in it.

import { element, setText, uniqueId } from "./dom.js";
import { formatNumber } from "./format.js";

const LISTED_PROBLEMS = 50;

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
  const count = (number) => formatNumber(number, ",.0f");
  const back = element("button", { type: "button", class: "scalelab-quiet", onclick: forgotten }, "Back to the synthetic workload");
  const lines = [
    element(
      "p",
      {},
      "Your trace ",
      element("strong", {}, trace.name),
      `: ${count(trace.requests)} requests for ${count(trace.keys)} keys` +
        `${leftOut(trace.skipped, count)} ` +
        "Controls that shape the synthetic workload have no effect on it.",
    ),
  ];
  if (trace.problems?.length) lines.push(problemList(trace));
  return [...lines, back];
}

function leftOut(lines, count) {
  if (!lines) return ", no line left out.";
  return `, ${count(lines)} ${lines === 1 ? "line" : "lines"} left out.`;
}

function problemList(trace) {
  const listed = trace.problems.slice(0, LISTED_PROBLEMS);
  const more = trace.skipped - listed.length;
  const items = listed.map(({ line, reason }) =>
    element("li", {}, line ? `Line ${formatNumber(line, ",.0f")}: ${reason}` : reason),
  );
  if (more > 0) items.push(element("li", {}, `and ${formatNumber(more, ",.0f")} more`));
  return element(
    "details",
    { class: "scalelab-data" },
    element("summary", {}, "Lines left out, and why"),
    element("ul", {}, ...items),
  );
}
