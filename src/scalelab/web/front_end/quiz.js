// Questions with one right answer and a word on every answer, given at once. Nothing is stored.

import { element, setText, uniqueId } from "./dom.js";

/** Makes `host` a live quiz; the result takes it down again. */
export function mountQuiz(definition, host) {
  const score = element("p", { class: "scalelab-score", role: "status" });
  const total = definition.questions.length;
  const firstTry = new Map();

  function answered(number, right) {
    if (!firstTry.has(number)) firstTry.set(number, right);
    const good = [...firstTry.values()].filter(Boolean).length;
    setText(score, `${firstTry.size} of ${total} answered, ${good} right at the first try.`);
  }

  const questions = definition.questions.map((question, index) =>
    createQuestion(question, index + 1, total, (right) => answered(index, right)),
  );
  host.classList.add("scalelab-quiz");
  host.dataset.live = "";
  host.replaceChildren(...questions, score);
  return () => host.replaceChildren();
}

function createQuestion(question, number, total, answered) {
  const group = uniqueId("question");
  const feedback = element("p", { class: "scalelab-feedback", role: "status" });
  const labels = question.options.map((option) => {
    const input = element("input", { type: "radio", name: group, onchange: () => choose(option, label) });
    const label = element("label", {}, input, element("span", {}, option.text));
    return label;
  });

  function choose(option, label) {
    for (const each of labels) delete each.dataset.right;
    label.dataset.right = option.right;
    feedback.dataset.right = option.right;
    feedback.replaceChildren(
      element("strong", {}, option.right ? "Right. " : "Not quite. "),
      option.feedback,
    );
    answered(option.right);
  }

  const legend = element(
    "legend",
    {},
    element("span", { class: "scalelab-number" }, `Question ${number} of ${total}`),
    question.prompt,
  );
  return element("fieldset", {}, legend, element("div", { class: "scalelab-options" }, ...labels), feedback);
}
