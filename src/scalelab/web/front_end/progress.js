// What a run is doing: a bar and a Stop button when it takes long, and what went wrong if it failed.

import { element, setText } from "./dom.js";

const PATIENT_MS = 200;

/** `stopped()` is called for the Stop button (null: runs here cannot be stopped), `again()` to run anew. */
export function createProgress({ stopped, again }) {
  const fill = element("div", { class: "scalelab-fill" });
  const bar = element(
    "div",
    { class: "scalelab-bar", role: "progressbar", "aria-label": "Progress of the run", "aria-valuemin": 0, "aria-valuemax": 100 },
    fill,
  );
  const stop = stopped && element("button", { type: "button", class: "scalelab-button", onclick: stopped }, "Stop");
  const running = element("div", { class: "scalelab-running", hidden: true }, bar, stop);
  const message = element("p", { class: "scalelab-message" });
  const retry = element("button", { type: "button", class: "scalelab-quiet", onclick: again }, "Run");
  const notice = element("div", { class: "scalelab-notice", hidden: true }, message, retry);
  const alert = element("div", { role: "alert" }, notice);
  let timer = 0;

  function setRunning(on) {
    if (on && !timer) {
      timer = setTimeout(() => {
        running.hidden = false;
      }, PATIENT_MS);
    }
    if (!on) {
      clearTimeout(timer);
      timer = 0;
      running.hidden = true;
    }
  }

  return {
    bar: running,
    notice: alert,
    /** `state` as in the model; `stale`: the chart does not belong to the controls. */
    show({ state, progress, error, stale }) {
      setRunning(state === "running");
      const percent = Math.round(progress * 100);
      bar.setAttribute("aria-valuenow", percent);
      fill.style.transform = `scaleX(${progress})`;
      const failed = state === "failed";
      notice.hidden = !failed && !(state === "stopped" && stale);
      notice.dataset.failed = failed;
      if (failed) setText(message, failure(error));
      else if (state === "stopped") setText(message, "Stopped. The chart still shows the settings before.");
    },
    close: () => clearTimeout(timer),
  };
}

function failure(error) {
  const reason = error || "no reason was given";
  return `This could not be computed: ${reason.replace(/[.\s]+$/, "")}. The picture shows the last result.`;
}
