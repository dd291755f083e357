// A tooltip of our own: text only, placed inside the lab, so that it takes the lab's theme.

import { element } from "./dom.js";

/** {node, handle}: the element to put beside the chart, and Vega's tooltip handler. */
export function createTooltip() {
  const node = element("div", { class: "scalelab-tooltip", "aria-hidden": "true", hidden: true });

  function handle(_handler, event, _item, value) {
    if (value === null || value === undefined || value === "") {
      node.hidden = true;
      return;
    }
    node.replaceChildren(...tooltipLines(value));
    node.hidden = false;
    place(event);
  }

  function place(event) {
    const frame = node.parentElement.getBoundingClientRect();
    const x = event.clientX - frame.left;
    const y = event.clientY - frame.top;
    const left = x + 14 + node.offsetWidth > frame.width ? x - 14 - node.offsetWidth : x + 14;
    node.style.left = `${Math.max(0, left)}px`;
    node.style.top = `${Math.max(0, y - node.offsetHeight - 8)}px`;
  }

  return { node, handle };
}

function tooltipLines(value) {
  if (typeof value !== "object") return [element("div", {}, String(value))];
  return Object.entries(value).map(([name, text]) =>
    element("div", {}, element("span", {}, name), element("strong", {}, String(text))),
  );
}
