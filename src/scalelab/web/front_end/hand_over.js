// Where a result can be taken: other labs, their controls moved to what was found here.

import { copyText } from "./clipboard.js";
import { element, setText } from "./dom.js";
import { formatSetting } from "./format.js";
import { readingValue } from "./rows.js";
import { defaultSettings, nearestIndex, settingsFragment } from "./settings.js";

/**
 * {node, show(rows, settings)}: a way to each lab of `definition.hand_overs`; node is null if there
 * is none. `linkTo(name, fragment)` gives the address of a lab; without it (in Jupyter) the way is a
 * line of Python.
 */
export function createHandOver(definition, linkTo) {
  const ways = definition.hand_overs.map((target) => (linkTo ? createLink : createLine)(target, linkTo));
  if (!ways.length) return { node: null, show() {} };
  const heading = element("p", { class: "scalelab-small-title" }, "Take this workload to");
  const list = element("ul", {}, ...ways.map(({ node }) => element("li", {}, node)));
  return {
    node: element("div", { class: "scalelab-hand-over" }, heading, list),
    show(rows, settings) {
      ways.forEach(({ show }, index) => show(handedSettings(definition, definition.hand_overs[index], rows, settings)));
    },
  };
}

/** Settings for the other lab's controls, the nearest that they reach; what has no reading is left out. */
export function handedSettings(definition, target, rows, settings) {
  const handed = {};
  for (const control of target.controls) {
    const source = target.settings[control.name];
    if (source === undefined) continue;
    const value = typeof source === "string" ? foundHere(definition, source, rows, settings) : source;
    if (value === null) continue;
    handed[control.name] = control.kind === "slider" ? control.values[nearestIndex(control.values, value)] : value;
  }
  return handed;
}

function foundHere(definition, name, rows, settings) {
  const reading = definition.readings.find((each) => each.name === name);
  return reading ? readingValue(definition, reading, rows, settings) : settings[name];
}

function createLink(target, linkTo) {
  const link = element("a", {}, `${target.title} (${target.topic})`);
  const what = element("span", { class: "scalelab-help" });
  return {
    node: element("div", {}, link, what),
    show(handed) {
      const settings = { ...defaultSettings(target.controls), ...handed };
      link.href = linkTo(target.lab, settingsFragment({ name: target.lab, controls: target.controls }, settings));
      setText(what, inWords(target, handed));
    },
  };
}

function createLine(target) {
  const code = element("code");
  const said = element("span", { class: "scalelab-said", role: "status" });
  const copy = element("button", { type: "button", class: "scalelab-quiet", onclick: copyLine }, "Copy");
  const label = `Python for ${target.title}`;

  async function copyLine() {
    const done = await copyText(code.textContent);
    setText(said, done ? "Copied" : "The browser refused; select the lines instead");
    setTimeout(() => setText(said, ""), 4000);
  }

  return {
    node: element(
      "div",
      {},
      element("span", {}, `${target.title} (${target.topic})`),
      element("pre", { tabindex: "0", role: "region", "aria-label": label }, code),
      copy,
      said,
    ),
    show: (handed) => setText(code, inPython(target, handed)),
  };
}

function inWords({ controls }, handed) {
  const taken = controls.filter(({ name }) => name in handed);
  return taken.map((control) => `${control.label}: ${formatSetting(control, handed[control.name])}`).join("; ");
}

function inPython({ lab }, handed) {
  const parts = lab.split("/");
  const name = parts.pop();
  const given = Object.entries(handed).map(([control, value]) => `${control}=${value}`);
  return `from scalelab.labs.${parts.join(".")} import ${name}\n${name}.lab.widget(${given.join(", ")})`;
}
