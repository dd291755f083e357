// The controls: native inputs, so that keyboards and screen readers know them already.

import { element, setText, uniqueId } from "./dom.js";
import { formatSetting } from "./format.js";
import { nearestIndex } from "./settings.js";
import { swatch } from "./key.js";
import { seriesStyle } from "./series.js";

const FEW_OPTIONS = 4;
const SHORT_LABELS = 26; // in all, so that they stand in one row

/**
 * The controls of a lab. `changed(name, value)` is called on every movement; `show(settings)`
 * moves the controls without calling it.
 */
export function createControls(definition, names, changed) {
  const style = seriesStyle(definition.chart);
  const made = definition.controls.map((control) => ({
    control,
    ...MAKERS[control.kind](control, (value) => changed(control.name, value), { names, style }),
  }));
  return {
    node: element("div", { class: "scalelab-controls" }, ...made.map((each) => each.node)),
    show(settings) {
      for (const { control, show } of made) show(settings[control.name]);
    },
  };
}

const MAKERS = { slider: createSlider, choice: createChoice, choices: createChoices };

function createSlider(control, changed) {
  const id = uniqueId(control.name);
  const { help, describedby } = helpFor(control);
  const output = element("output", { for: id, class: "scalelab-value" });
  const input = element("input", {
    type: "range",
    id,
    name: control.name,
    min: 0,
    max: control.values.length - 1,
    step: 1,
    "aria-describedby": describedby,
    oninput: () => {
      const value = control.values[Number(input.value)];
      write(value);
      changed(value);
    },
  });

  function write(value) {
    const text = formatSetting(control, value);
    setText(output, text);
    input.setAttribute("aria-valuetext", text);
    const last = Math.max(1, control.values.length - 1);
    input.style.setProperty("--scalelab-filled", Number(input.value) / last);
  }

  const label = element("label", { for: id }, control.label);
  const head = element("div", { class: "scalelab-control-head" }, label, output);
  return {
    node: element("div", { class: "scalelab-control", "data-control": control.name }, head, input, help),
    show(value) {
      input.value = String(nearestIndex(control.values, value));
      write(value);
    },
  };
}

function createChoice(control, changed) {
  const letters = control.options.join("").length;
  const few = control.options.length <= FEW_OPTIONS && letters <= SHORT_LABELS;
  return few ? createRadios(control, changed) : createSelect(control, changed);
}

function createRadios(control, changed) {
  const group = uniqueId(control.name);
  const { help, describedby } = helpFor(control);
  const inputs = control.options.map((_, index) =>
    element("input", {
      type: "radio",
      name: group,
      value: index,
      onchange: () => changed(index),
    }),
  );
  const labels = control.options.map((option, index) =>
    element("label", {}, inputs[index], element("span", {}, option)),
  );
  return {
    node: fieldset(control, describedby, element("div", { class: "scalelab-segments" }, ...labels), help),
    show(value) {
      inputs.forEach((input, index) => {
        input.checked = index === value;
      });
    },
  };
}

function createSelect(control, changed) {
  const id = uniqueId(control.name);
  const { help, describedby } = helpFor(control);
  const options = control.options.map((option, index) => element("option", { value: index }, option));
  const select = element(
    "select",
    {
      id,
      name: control.name,
      "aria-describedby": describedby,
      onchange: () => changed(Number(select.value)),
    },
    ...options,
  );
  const head = element("div", { class: "scalelab-control-head" }, element("label", { for: id }, control.label));
  return {
    node: element("div", { class: "scalelab-control", "data-control": control.name }, head, select, help),
    show(value) {
      select.value = String(value);
    },
  };
}

function createChoices(control, changed, { names, style }) {
  const { help, describedby } = helpFor(control);
  const warning = element("p", { class: "scalelab-help", role: "status" });
  let mask = 0;
  const inputs = control.options.map((option, bit) =>
    element("input", { type: "checkbox", value: option, onchange: () => toggle(bit) }),
  );

  function toggle(bit) {
    const next = inputs[bit].checked ? mask + 2 ** bit : mask - 2 ** bit;
    setText(warning, next === 0 ? "At least one stays on." : "");
    if (next === 0) {
      inputs[bit].checked = true;
      return;
    }
    mask = next;
    changed(mask);
  }

  const labels = control.options.map((option, bit) => {
    const place = names.indexOf(option);
    return element("label", {}, inputs[bit], place < 0 ? null : swatch(place, style), element("span", {}, option));
  });
  const list = element("div", { class: "scalelab-checks" }, ...labels);
  const node = fieldset(control, describedby, list, help, warning);
  node.classList.add("scalelab-wide");
  return {
    node,
    show(value) {
      mask = value;
      inputs.forEach((input, bit) => {
        input.checked = Math.floor(mask / 2 ** bit) % 2 === 1;
      });
    },
  };
}

function fieldset(control, describedby, ...children) {
  return element(
    "fieldset",
    { class: "scalelab-control", "data-control": control.name, "aria-describedby": describedby },
    element("legend", {}, control.label),
    ...children,
  );
}

function helpFor(control) {
  if (!control.help) return { help: null, describedby: undefined };
  const id = uniqueId("help");
  return { help: element("p", { id, class: "scalelab-help" }, control.help), describedby: id };
}
