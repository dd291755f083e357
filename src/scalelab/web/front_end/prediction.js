// The question asked before the answer is shown, and the guess held against the answer.

import { element, setText, uniqueId } from "./dom.js";
import { formatNumber, formatDifference, withUnit } from "./format.js";

/**
 * Events: `guessed(value)` while the reader moves the guess, `revealed()` when the answer is to be
 * shown, `asked()` when it is to be hidden again. A value of null means that there is no guess.
 */
export function createPrediction(prediction, { guessed, revealed, asked }) {
  const id = uniqueId("guess");
  const count = Math.round((prediction.high - prediction.low) / prediction.step);
  const valueAt = (step) => Number((prediction.low + step * prediction.step).toPrecision(12));
  const written = (value) => withUnit(formatNumber(value, prediction.format), prediction.unit);

  let guess = valueAt(Math.round(count / 2));
  let phase = "asking";

  const question = element("p", { class: "scalelab-question", id: `${id}-question` }, prediction.question);
  const output = element("output", { for: id, class: "scalelab-value" });
  const input = element("input", {
    type: "range",
    id,
    min: 0,
    max: count,
    step: 1,
    value: Math.round(count / 2),
    "aria-labelledby": `${id}-question`,
    oninput: () => {
      guess = valueAt(Number(input.value));
      write();
      guessed(guess);
    },
  });
  const check = element("button", { type: "button", class: "scalelab-primary", onclick: () => settle("guessed") }, "Check my guess");
  const skip = element("button", { type: "button", class: "scalelab-quiet", onclick: () => settle("skipped") }, "Skip");
  const verdict = element("p", { class: "scalelab-verdict", tabindex: "-1" });
  const again = element("button", { type: "button", class: "scalelab-quiet", onclick: ask }, "Guess again");
  const asking = element(
    "div",
    { class: "scalelab-asking" },
    question,
    element("div", { class: "scalelab-guess" }, element("span", { class: "scalelab-guess-label" }, "Your guess"), input, output, check, skip),
  );
  const answered = element("div", { class: "scalelab-answered", hidden: true }, verdict, again);
  const node = element("div", { class: "scalelab-prediction", role: "group", "aria-label": "Predict first" }, asking, answered);

  function write() {
    setText(output, written(guess));
    input.setAttribute("aria-valuetext", written(guess));
    input.style.setProperty("--scalelab-filled", Number(input.value) / Math.max(1, count));
  }

  function enter(next) {
    phase = next;
    node.dataset.phase = next;
    asking.hidden = next !== "asking";
    answered.hidden = next === "asking";
    setText(again, next === "skipped" ? "Make a guess" : "Guess again");
  }

  function settle(next) {
    enter(next);
    guessed(next === "guessed" ? guess : null);
    revealed();
    (next === "guessed" ? verdict : again).focus({ preventScroll: true });
  }

  function ask() {
    enter("asking");
    guessed(guess);
    asked();
    input.focus({ preventScroll: true });
  }

  write();
  enter("asking");
  return {
    node,
    isAsking: () => phase === "asking",
    guess: () => (phase === "skipped" ? null : guess),
    /** Shows the answer without a guess, as the reader has begun to work with the lab. */
    pass() {
      if (phase !== "asking") return;
      enter("skipped");
      guessed(null);
      revealed();
    },
    /** Holds the guess against the answer at the settings shown. */
    hold(answer) {
      setText(verdict, phase === "skipped" ? prediction.question : sentence(answer));
    },
  };

  function sentence(answer) {
    const start = `You guessed ${written(guess)}.`;
    if (answer === null) return `${start} At these settings there is no number to hold it against.`;
    const model = `The model gives ${written(answer)}`;
    if (written(guess) === written(answer)) return `${start} ${model}: spot on.`;
    const way = guess < answer ? "too low" : "too high";
    const off = formatDifference(guess - answer, prediction.format, prediction.unit);
    return `${start} ${model}: your guess is ${off} ${way}.`;
  }
}
