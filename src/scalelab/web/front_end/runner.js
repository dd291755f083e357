// One run at a time. Settings that the reader reaches meanwhile wait, and only the newest of them
// is run next; a run that takes long is stopped when newer settings wait.

import { sameSettings } from "./settings.js";

const PATIENCE_MS = 300;

/**
 * Keeps the model at the settings that are wanted. `moved(settings)` is called when someone else
 * (Python, a linked widget) moved them.
 */
export function createRunner(model, controls, moved) {
  const names = controls.map((control) => control.name);
  const modelSettings = () => Object.fromEntries(names.map((name) => [name, model.get(name)]));

  let wanted = modelSettings();
  let sending = false;
  let busy = false;
  let since = 0;
  let timer = 0;

  function want(settings) {
    wanted = { ...settings };
    if (busy) stopIfLong();
    else submit();
  }

  function submit() {
    if (sameSettings(controls, wanted, modelSettings())) return;
    const known = sameSettings(controls, wanted, model.get("shown") ?? {});
    sending = true;
    for (const name of names) model.set(name, wanted[name]);
    // Marked here already, so that whatever comes of the run is a change that can be observed.
    model.set("state", known ? "ready" : "running");
    sending = false;
    if (!known) begin();
    model.save_changes();
  }

  function begin() {
    busy = true;
    since = performance.now();
    clearTimeout(timer);
    timer = setTimeout(stopIfLong, PATIENCE_MS);
  }

  function stopIfLong() {
    if (!busy || performance.now() - since < PATIENCE_MS - 1) return;
    if (!sameSettings(controls, wanted, modelSettings())) model.send({ type: "cancel" });
  }

  function settled() {
    if (sending || model.get("state") === "running") return;
    clearTimeout(timer);
    busy = false;
    submit();
  }

  function movedElsewhere(name) {
    if (sending || wanted[name] === model.get(name)) return;
    wanted = { ...wanted, [name]: model.get(name) };
    moved({ ...wanted });
  }

  const listeners = [
    ["change:runs", settled],
    ["change:state", settled],
    ["change:error", settled],
    ...names.map((name) => [`change:${name}`, () => movedElsewhere(name)]),
  ];
  for (const [event, listener] of listeners) model.on(event, listener);

  return {
    want,
    settings: () => ({ ...wanted }),
    /** Runs the model at its present settings, whatever they are. */
    start() {
      begin();
      model.send({ type: "run" });
    },
    stop() {
      wanted = modelSettings();
      model.send({ type: "cancel" });
    },
    close() {
      clearTimeout(timer);
      for (const [event, listener] of listeners) model.off(event, listener);
    },
  };
}
