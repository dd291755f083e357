"""A quiz says the same in the page, in Jupyter and in plain text, and refuses to be vague."""

import json
from html.parser import HTMLParser

import pytest

from scalelab.web.quiz import Option, Question, Quiz

RIGHT = Option("four", "Two and two.", right=True)
WRONG = Option("five <b>", 'Off by "one" & not escaped?')


@pytest.fixture
def quiz() -> Quiz:
    return Quiz("sums/quiz", "Sums", (Question("2 + 2 < 5?", (WRONG, RIGHT)),))


def test_definition_is_json_and_complete(quiz):
    assert json.loads(json.dumps(quiz.definition())) == {
        "title": "Sums",
        "questions": [
            {
                "prompt": "2 + 2 < 5?",
                "options": [
                    {"text": WRONG.text, "right": False, "feedback": WRONG.feedback},
                    {"text": RIGHT.text, "right": True, "feedback": RIGHT.feedback},
                ],
            }
        ],
    }


def test_answer_is_the_right_option(quiz):
    assert quiz.questions[0].answer is RIGHT


class Reader(HTMLParser):
    """Collects visible text, and checks that every element is closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []
        self.hidden: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        (self.hidden if "details" in self.open else self.text).append(data)


def test_html_is_escaped_well_formed_and_keeps_answers_behind_a_click(quiz):
    reader = Reader()
    reader.feed(quiz.html())
    assert not reader.open
    assert "2 + 2 < 5?" in reader.text
    assert WRONG.text in reader.text
    assert {RIGHT.feedback, WRONG.feedback} <= set(reader.hidden)
    assert RIGHT.feedback not in reader.text
    assert 'data-quiz="sums/quiz"' in quiz.html()


def test_plain_text_has_the_questions_but_not_the_answers(quiz):
    for option in (RIGHT, WRONG):
        assert option.text in quiz.text()
        assert option.feedback not in quiz.text()


@pytest.mark.parametrize("options", [(), (WRONG,), (RIGHT, RIGHT)], ids=["none", "wrong", "two"])
def test_a_question_needs_exactly_one_right_option(options):
    with pytest.raises(ValueError, match="right options"):
        Question("What?", options)


def test_every_option_needs_feedback():
    with pytest.raises(ValueError, match=r"no feedback on .*three"):
        Question("What?", (RIGHT, Option("three", " ")))


def test_jupyter_gets_the_live_view_and_the_static_one(quiz):
    shown = quiz._repr_mimebundle_()
    assert shown["text/html"] == quiz.html()
    assert shown["text/plain"] == quiz.text()
    assert "application/vnd.jupyter.widget-view+json" in shown
