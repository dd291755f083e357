"""What a quiz is: questions with one right answer, and a word on every answer.

Like a lab it is declared once: the page and Jupyter draw it from `Quiz.definition`, and
`Quiz.html` is what stands there without JavaScript, on a code host and in print.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any


@dataclass(frozen=True)
class Option:
    """An answer. ``feedback`` says why it is right, or which thought led astray."""

    text: str
    feedback: str
    right: bool = False


@dataclass(frozen=True)
class Question:
    """A question with exactly one right option."""

    prompt: str
    options: Sequence[Option]

    def __post_init__(self) -> None:
        right = sum(option.right for option in self.options)
        if right != 1:
            raise ValueError(
                f"question {self.prompt!r} has {right} right options; mark exactly one with "
                "right=True"
            )
        silent = [option.text for option in self.options if not option.feedback.strip()]
        if silent:
            raise ValueError(
                f"question {self.prompt!r}: no feedback on {silent}; say why each answer is "
                "right or wrong"
            )

    @property
    def answer(self) -> Option:
        return next(option for option in self.options if option.right)


@dataclass(frozen=True)
class Quiz:
    """Questions at the end of a chapter. ``name`` is ``"topic/quiz"``, its address in the page."""

    name: str
    title: str
    questions: Sequence[Question]

    def definition(self) -> dict[str, Any]:
        """The whole quiz as JSON, which is all that the front end knows about it."""
        return {
            "title": self.title,
            "questions": [
                {
                    "prompt": question.prompt,
                    "options": [
                        {"text": o.text, "right": o.right, "feedback": o.feedback}
                        for o in question.options
                    ],
                }
                for question in self.questions
            ],
        }

    def html(self) -> str:
        """The questions, each with its answers behind a click; the front end takes this over."""
        questions = "\n".join(_question_html(question) for question in self.questions)
        return (
            f'<div class="scalelab-quiz" data-quiz="{escape(self.name)}">\n'
            f"<ol>\n{questions}\n</ol>\n</div>"
        )

    def text(self) -> str:
        """The questions in plain text, without the answers."""
        lines = [self.title]
        for number, question in enumerate(self.questions, 1):
            lines.append(f"{number}. {question.prompt}")
            lines += [f"   - {option.text}" for option in question.options]
        return "\n".join(lines)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        from scalelab.web.widget import FrontEnd

        return FrontEnd(definition=self.definition()).bundle_with(self.html(), self.text())


def _question_html(question: Question) -> str:
    options = "".join(f"<li>{escape(option.text)}</li>" for option in question.options)
    feedback = "".join(
        f"<li><strong>{'Right' if option.right else 'Wrong'}:</strong> {escape(option.text)}"
        f"<br>{escape(option.feedback)}</li>"
        for option in question.options
    )
    return (
        f"<li><p>{escape(question.prompt)}</p>\n<ul>{options}</ul>\n"
        f"<details><summary>Answer</summary>\n<ul>{feedback}</ul>\n</details></li>"
    )
