"""Hidden words, slides and sheets."""

import io
import zipfile
from typing import Any

from knowledge.extraction.hidden import shown


def part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


def test_hidden_words_go_and_the_rest_stays(make: Any) -> None:
    body = part(shown(make.docx("Seen", hidden="SECRET"), ".docx"), "word/document.xml")
    assert "SECRET" not in body
    assert "Seen" in body
    assert "Before" in body


def test_words_whose_hiding_is_switched_off_stay(make: Any) -> None:
    data = make.repacked(
        make.docx(hidden="OPEN"), {"word/document.xml": lambda xml: xml.replace(b"<w:vanish/>", b'<w:vanish w:val="false"/>')}, {}
    )
    assert "OPEN" in part(shown(data, ".docx"), "word/document.xml")


def test_hidden_slides_are_blank(make: Any) -> None:
    data = shown(make.pptx("First", hidden="SECRET"), ".pptx")
    assert "First" in part(data, "ppt/slides/slide1.xml")
    assert "SECRET" not in part(data, "ppt/slides/slide2.xml")


def test_a_slide_that_says_it_is_shown_is_shown(make: Any) -> None:
    data = make.repacked(
        make.pptx(hidden="OPEN"), {"ppt/slides/slide1.xml": lambda xml: xml.replace(b'show="0"', b'show="1"')}, {}
    )
    assert "OPEN" in part(shown(data, ".pptx"), "ppt/slides/slide1.xml")


def test_hidden_sheets_are_not_listed(make: Any) -> None:
    book = part(shown(make.xlsx(["a"], hidden="SECRET"), ".xlsx"), "xl/workbook.xml")
    assert "Cellar" not in book
    assert '"Sheet"' in book


def test_a_file_without_hidden_parts_is_left_alone(make: Any) -> None:
    data = make.docx("Seen")
    assert shown(data, ".docx") is data
