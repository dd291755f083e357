// The sentence that says what the chart shows. It is written at once and announced when the
// reader pauses, so that a screen reader is not flooded during a drag.

import { element, setText } from "./dom.js";
import { formatSetting, formatValue } from "./format.js";
import { readingValue } from "./rows.js";

const PAUSE_MS = 500;

/** {nodes, show(rows, settings) -> text, close()}. */
export function createSummary(definition) {
  const visible = element("p", { class: "scalelab-summary", "aria-hidden": "true" });
  const status = element("p", { class: "scalelab-unseen", role: "status", "aria-live": "polite" });
  let timer = 0;

  return {
    nodes: [visible, status],
    show(rows, settings) {
      const parts = summaryParts(definition, rows, settings);
      const text = parts.map((part) => part.text).join("");
      if (visible.textContent !== text) {
        visible.replaceChildren(
          ...parts.map(({ text: words, strong }) => (strong ? element("strong", {}, words) : words)),
        );
        clearTimeout(timer);
        timer = setTimeout(() => setText(status, text), PAUSE_MS);
      }
      return text;
    },
    close: () => clearTimeout(timer),
  };
}

/**
 * The sentence in pieces; the readings are marked as strong. A clause in square brackets is left out
 * where one of its readings has no value.
 */
export function summaryParts(definition, rows, settings) {
  const isKnown = (name) => {
    const reading = definition.readings.find((each) => each.name === name);
    return !reading || readingValue(definition, reading, rows, settings) !== null;
  };
  return definition.summary
    .replace(/\[([^\][]*)\]/g, (_, clause) =>
      [...clause.matchAll(/\{(\w+)\}/g)].every(([, name]) => isKnown(name)) ? clause : "")
    .split(/(\{\w+\})/)
    .filter(Boolean)
    .map((piece) => {
      const name = /^\{(\w+)\}$/.exec(piece)?.[1];
      const control = definition.controls.find((each) => each.name === name);
      if (control) return { text: formatSetting(control, settings[name]), strong: false };
      const reading = definition.readings.find((each) => each.name === name);
      if (!reading) return { text: piece, strong: false };
      const value = readingValue(definition, reading, rows, settings);
      return { text: formatValue(value, reading.format), strong: true };
    });
}
