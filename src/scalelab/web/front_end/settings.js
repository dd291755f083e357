// A lab's settings, and how they travel in an address: #lab.caching/hit_ratio?skew=1.1&policies=LRU,FIFO

/** The settings that the lab starts with. */
export function defaultSettings(controls) {
  return Object.fromEntries(controls.map((control) => [control.name, control.default]));
}

/** Whether two settings agree in every control. */
export function sameSettings(controls, one, other) {
  return controls.every(({ name }) => one[name] === other[name]);
}

/** The place of the slider's value that is nearest to `value`. */
export function nearestIndex(values, value) {
  let best = 0;
  values.forEach((each, index) => {
    if (Math.abs(each - value) < Math.abs(values[best] - value)) best = index;
  });
  return best;
}

/** The part of an address that leads to the lab at these settings. */
export function settingsFragment(definition, settings) {
  const pairs = definition.controls.map((control) => {
    const text = settingText(control, settings[control.name]);
    return `${control.name}=${encodeURIComponent(text).replaceAll("%2C", ",")}`;
  });
  return `#lab.${definition.name}?${pairs.join("&")}`;
}

/** {name, settings} of an address's fragment, or null when it leads to no lab. */
export function parseFragment(fragment) {
  const match = /^#lab\.([\w%/-]+)(?:\?(.*))?$/.exec(fragment);
  if (!match) return null;
  return { name: match[1].replace(/%2F/i, "/"), given: new URLSearchParams(match[2] ?? "") };
}

/**
 * The settings that an address gives. Names that the lab does not have are passed over, values
 * that no control reaches are moved to the nearest one: an old link still opens the lab.
 */
export function settingsFromAddress(controls, given) {
  const settings = {};
  for (const control of controls) {
    const text = given.get(control.name);
    const value = text === null ? undefined : settingFromText(control, text);
    settings[control.name] = value ?? control.default;
  }
  return settings;
}

function settingText(control, value) {
  if (control.kind === "choice") return control.options[value];
  if (control.kind === "choices") {
    return control.options.filter((_, bit) => (value >> bit) & 1).join(",");
  }
  return String(value);
}

function settingFromText(control, text) {
  if (control.kind === "slider") {
    const number = Number(text);
    if (text.trim() === "" || !Number.isFinite(number)) return undefined;
    return control.values[nearestIndex(control.values, number)];
  }
  // An option's own name may have commas, too.
  const listed = (names) => `,${names.split(",").map((name) => name.trim()).join()},`;
  const bits = [...control.options.keys()];
  if (control.kind === "choice") return bits.find((bit) => listed(control.options[bit]) === listed(text));
  const given = bits.filter((bit) => listed(text).includes(listed(control.options[bit])));
  return given.length ? given.reduce((mask, bit) => mask | (1 << bit), 0) : undefined;
}
