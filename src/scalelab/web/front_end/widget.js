// The labs and quizzes in Jupyter: anywidget calls `render` with its model.

import { mountLab } from "./lab.js";
import { mountQuiz } from "./quiz.js";

/** Draws the widget in `el`; the result takes it down again. */
export function render({ model, el }) {
  if (model.get("definition").questions) return mountQuiz(model.get("definition"), el);
  const lab = mountLab(model, el, {
    vega: vegaFrom(model),
    address: null,
    elsewhere: null,
    stoppable: false,
    sample: () => fromKernel(model, "sample"),
    privacy: "It goes to your kernel and nowhere else.",
  });
  lab.begin();
  return lab.close;
}

// The kernel sends Vega once to a page, whatever the number of its labs.
function vegaFrom(model) {
  globalThis.scalelabVegaPromise ??= globalThis.scalelabVega
    ? Promise.resolve(globalThis.scalelabVega)
    : fromKernel(model, "vega").then(async (source) => {
        const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
        await import(/* webpackIgnore: true */ url).finally(() => URL.revokeObjectURL(url));
        return globalThis.scalelabVega;
      });
  return globalThis.scalelabVegaPromise;
}

// Asks the kernel for bytes, which come in a message of the same type.
function fromKernel(model, type) {
  return new Promise((resolve) => {
    function receive(message, [view]) {
      if (message.type !== type) return;
      model.off("msg:custom", receive);
      const { buffer, byteOffset, byteLength } = view;
      resolve(buffer.slice(byteOffset, byteOffset + byteLength));
    }
    model.on("msg:custom", receive);
    model.send({ type });
  });
}
