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
    privacy: "It goes to your kernel and nowhere else.",
  });
  lab.begin();
  return lab.close;
}

// The kernel sends Vega once to a page, whatever the number of its labs.
function vegaFrom(model) {
  globalThis.scalelabVegaPromise ??= new Promise((resolve, reject) => {
    if (globalThis.scalelabVega) {
      resolve(globalThis.scalelabVega);
      return;
    }
    function receive(message, buffers) {
      if (message.type !== "vega") return;
      model.off("msg:custom", receive);
      const url = URL.createObjectURL(new Blob([buffers[0]], { type: "text/javascript" }));
      import(/* webpackIgnore: true */ url)
        .then(() => resolve(globalThis.scalelabVega), reject)
        .finally(() => URL.revokeObjectURL(url));
    }
    model.on("msg:custom", receive);
    model.send({ type: "vega" });
  });
  return globalThis.scalelabVegaPromise;
}
