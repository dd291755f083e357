"""Link previews: a picture only where the book knows its own address."""

from docutils.core import publish_doctree

from scalelab.web.preview import DESCRIPTION_LENGTH, description, properties


def test_no_picture_without_an_address() -> None:
    found = properties(False, "The book", "A page", "About it.", "book/page.html", base="")
    assert found == {
        "og:type": "article",
        "og:site_name": "The book",
        "og:title": "A page",
        "og:description": "About it.",
    }


def test_absolute_addresses_where_the_book_is_published() -> None:
    found = properties(True, "Book", "Page", "", "book/page.html", base="https://example.org/b")
    assert found["og:url"] == "https://example.org/b/book/page.html"
    assert found["og:image"] == "https://example.org/b/_static/social-card.png"
    assert found["og:type"] == "website"
    assert "og:description" not in found


def test_description_is_the_first_real_paragraph_cut_at_a_word() -> None:
    long = "A sentence that goes on " + "and on " * 60
    found = description(publish_doctree(f"Title\n=====\n\nShort.\n\nPart\n----\n\n{long}\n"))
    assert found.startswith("A sentence that goes on and on")
    assert found.endswith((" on …", " and …"))
    assert len(found) <= DESCRIPTION_LENGTH + 2
