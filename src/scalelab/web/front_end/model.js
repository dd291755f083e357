// The model of a lab in the plain page. It answers to the same calls as anywidget's model in
// Jupyter, but its numbers come from the lab's WebAssembly module.

import { Stopped } from "./engine.js";
import { sameSettings } from "./settings.js";

const REMEMBERED_PARTS = 64;

export class PageModel {
  // `readOwn(format, bytes)` resolves to {values, report, names} of a reader's own data.
  constructor(definition, engine, settings, readOwn) {
    this.engine = engine;
    this.readOwn = readOwn;
    this.own = emptyOwn(definition);
    this.parts = new Map();
    this.listeners = new Map();
    this.unsaved = false;
    this.latest = 0;
    this.traits = {
      ...settings,
      definition,
      table: new DataView(new ArrayBuffer(0)),
      shown: {},
      state: "ready",
      runs: 0,
      progress: 0,
      error: "",
      own: {},
      names: {},
    };
  }

  get(name) {
    return this.traits[name];
  }

  set(name, value) {
    if (this.traits[name] === value) return;
    this.unsaved ||= this.controls.some((control) => control.name === name);
    this.update({ [name]: value });
  }

  save_changes() {
    if (!this.unsaved) return;
    this.unsaved = false;
    if (!sameSettings(this.controls, this.settings, this.traits.shown)) this.run();
  }

  on(event, listener) {
    if (!this.listeners.has(event)) this.listeners.set(event, new Set());
    this.listeners.get(event).add(listener);
  }

  off(event, listener) {
    this.listeners.get(event)?.delete(listener);
  }

  send(message, _callbacks, buffers = []) {
    if (message.type === "run") this.run();
    if (message.type === "cancel") this.engine.stop();
    if (message.type === "own") this.takeOwn(message.name, buffers[0]);
    if (message.type === "forget-own") this.useOwn(emptyOwn(this.traits.definition), {}, {});
  }

  get controls() {
    return this.traits.definition.controls;
  }

  get settings() {
    return Object.fromEntries(this.controls.map(({ name }) => [name, this.traits[name]]));
  }

  // All values are in place before anyone hears of the first.
  update(changes) {
    const changed = Object.keys(changes).filter((name) => this.traits[name] !== changes[name]);
    Object.assign(this.traits, changes);
    for (const name of changed) {
      for (const listener of [...(this.listeners.get(`change:${name}`) ?? [])]) listener();
    }
  }

  // A run that a newer one has overtaken says nothing any more: the state is the newer one's.
  async run() {
    const run = (this.latest += 1);
    const settings = this.settings;
    this.update({ state: "running", progress: 0 });
    try {
      const tables = await this.tables(settings);
      const runs = this.traits.runs + 1;
      const table = joinedTables(tables);
      this.update({ table, shown: settings, error: "", progress: 1, state: "ready", runs });
    } catch (error) {
      if (run !== this.latest) return;
      if (error instanceof Stopped) this.update({ state: "stopped" });
      else this.update({ error: error.message, state: "failed" });
    }
  }

  // Only the parts that are not known yet are run: adding a policy does not run the others again.
  async tables(settings) {
    const calls = kernelCalls(this.traits.definition, settings, this.own);
    const names = calls.map((call) => call.filter((value) => !ArrayBuffer.isView(value)).join(" "));
    const missing = calls.filter((_, index) => !this.parts.has(names[index]));
    const progress = (done, total) => this.update({ progress: done / total });
    const fresh = missing.length ? await this.engine.run(missing, progress) : [];
    const tables = names.map((name) => this.parts.get(name) ?? fresh.shift());
    names.forEach((name, index) => {
      this.parts.delete(name);
      this.parts.set(name, tables[index]);
    });
    for (const name of [...this.parts.keys()].slice(0, -REMEMBERED_PARTS)) this.parts.delete(name);
    return tables;
  }

  async takeOwn(name, buffer) {
    this.update({ state: "running", progress: 0 });
    try {
      const { format } = this.traits.definition.own;
      const { values, report, names } = await this.readOwn(format, new Uint8Array(buffer));
      this.useOwn(values, { name, ...report }, names ?? {});
    } catch (error) {
      this.update({ error: error.message, state: "failed" });
    }
  }

  // A run on other data is stopped first: nothing of it may be shown, or kept, for these.
  useOwn(values, own, names) {
    this.engine.stop();
    this.own = values;
    this.parts.clear();
    this.update({ own, names });
    this.run();
  }
}

/** The kernel calls of one run: one, or one for each chosen option of the control `split`. */
export function kernelCalls(definition, settings, values) {
  const { split, own, constants, parameters } = definition;
  return runParts(split, settings).map((part) => {
    const given = { ...constants, ...part, ...(own ? { [own.parameter]: values } : {}) };
    return parameters.map(({ name }) => given[name]);
  });
}

function emptyOwn({ own, parameters }) {
  const type = parameters.find(({ name }) => name === own?.parameter)?.type;
  return type === "int64[]" ? new BigInt64Array(0) : new Float64Array(0);
}

function runParts(split, settings) {
  if (!split) return [settings];
  const bits = Array.from({ length: 31 }, (_, bit) => bit);
  return bits.filter((bit) => (settings[split] >> bit) & 1).map((bit) => ({ ...settings, [split]: 1 << bit }));
}

function joinedTables(tables) {
  const joined = new Float64Array(tables.reduce((sum, table) => sum + table.length, 0));
  let at = 0;
  for (const table of tables) {
    joined.set(table, at);
    at += table.length;
  }
  return new DataView(joined.buffer);
}
