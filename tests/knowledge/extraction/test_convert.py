"""Real files of every format to Markdown."""

from typing import Any

import pytest

from knowledge.extraction.contract import Limits, Refused
from knowledge.extraction.convert import converter

LIMITS = Limits()


def convert(data: bytes, suffix: str) -> str:
    return converter(suffix)(data, LIMITS)


def test_text_keeps_its_words_and_loses_its_comments() -> None:
    assert convert(b"# A\n\nb <!-- c -->d", ".md") == "# A\n\nb d"


def test_a_page_gets_its_title_as_heading_unless_it_has_one() -> None:
    page = "<title>Refunds</title><body><h2>Time</h2><p>14 <b>days</b></p><ul><li>one</ul>"
    assert convert(page.encode(), ".html") == "# Refunds\n\n## Time\n\n14 **days**\n\n* one"
    assert convert(b"<title>Site</title><h1>Refunds</h1>", ".htm") == "# Refunds"


def test_a_deeply_nested_page_is_read() -> None:
    with pytest.warns(UserWarning, match="deeply nested"):
        assert convert(b"<div>" * 3000 + b"down here", ".html") == "down here"


def test_a_word_file_keeps_headings_and_loses_hidden_words(make: Any) -> None:
    text = convert(make.docx("Refunds take 14 days.", heading="Refunds", hidden="SECRET"), ".docx")
    assert text.startswith("# Refunds\n\nRefunds take 14 days.")
    assert "SECRET" not in text


def test_slides_keep_their_titles_without_numbering_comments(make: Any) -> None:
    text = convert(make.pptx("First", "Second"), ".pptx")
    assert "# First" in text
    assert "# Second" in text
    assert "<!--" not in text


def test_a_sheet_becomes_a_table_without_invented_words(make: Any) -> None:
    text = convert(make.xlsx(["Plan", None, "Price"], ["Basic", None, 5]), ".xlsx")
    assert "| Plan |  | Price |" in text
    assert "| Basic |  | 5 |" in text


@pytest.mark.parametrize("pages", [2, 60])
def test_a_short_and_a_long_pdf_are_read_to_the_end(make: Any, pages: int) -> None:
    text = convert(make.pdf(*(f"Page {number} speaks of refunds." for number in range(pages))), ".pdf")
    assert "Page 0 speaks of refunds." in text
    assert f"Page {pages - 1} speaks of refunds." in text


def test_a_locked_pdf_is_refused_and_one_that_only_forbids_editing_is_read(make: Any) -> None:
    with pytest.raises(Refused, match=r"^The file is encrypted: remove the password and ingest it again\.$"):
        convert(make.pdf("a", password="letmein"), ".pdf")
    assert convert(make.pdf("Read me", password=""), ".pdf").strip() == "Read me"


def test_what_is_no_pdf_is_refused() -> None:
    with pytest.raises(Refused, match="is no PDF although"):
        convert(b"\x89PNG\r\n\x1a\n", ".pdf")


def test_a_broken_pdf_is_an_error_of_the_library() -> None:
    with pytest.raises(Exception, match="Failed to load"):
        convert(b"%PDF-1.7 and nothing else", ".pdf")


def test_a_pdf_whose_letters_are_unknown_is_refused(make: Any) -> None:
    unmapped = make.raw_pdf(rb"BT /F1 12 Tf 10 10 Td (\(cid:3\)\(cid:4\)\(cid:5\)) Tj ET")
    with pytest.raises(Refused, match="which letters they show"):
        convert(unmapped, ".pdf")
