"""Real files of every format, made by the programs' own libraries, and the same files bent."""

import io
import zipfile
import zlib
from collections.abc import Callable, Mapping

import docx
import openpyxl
import pptx
import pytest
from fpdf import FPDF


class Make:
    """File contents as bytes."""

    def docx(self, *paragraphs: str, heading: str = "", hidden: str = "") -> bytes:
        document = docx.Document()
        if heading:
            document.add_heading(heading, 1)
        for paragraph in paragraphs:
            document.add_paragraph(paragraph)
        if hidden:
            document.add_paragraph("Before ").add_run(hidden).font.hidden = True
        return _saved(document.save)

    def pptx(self, *titles: str, hidden: str = "") -> bytes:
        deck = pptx.Presentation()
        for title in (*titles, hidden):
            slide = deck.slides.add_slide(deck.slide_layouts[5])
            slide.shapes.title.text = title
            if title == hidden:
                slide._element.set("show", "0")
        return _saved(deck.save)

    def xlsx(self, *rows: list[object], hidden: str = "") -> bytes:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        if hidden:
            sheet = book.create_sheet("Cellar")
            sheet.append([hidden])
            sheet.sheet_state = "hidden"
        return _saved(book.save)

    def pdf(self, *pages: str, password: str | None = None) -> bytes:
        document = FPDF()
        document.set_font("helvetica", size=11)
        for page in pages:
            document.add_page()
            document.multi_cell(0, 5, page)
        if password is not None:
            document.set_encryption("owner", password)
        return bytes(document.output())

    def raw_pdf(self, content: bytes) -> bytes:
        """One page whose flate-packed drawing operators are `content`."""
        packed = zlib.compress(content, 9)
        objects = (
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
            b"<</Length %d/Filter/FlateDecode>>stream\n%b\nendstream" % (len(packed), packed),
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        )
        body = bytearray(b"%PDF-1.4\n")
        places = []
        for number, text in enumerate(objects, 1):
            places.append(len(body))
            body += b"%d 0 obj\n%b\nendobj\n" % (number, text)
        table = b"".join(b"%010d 00000 n \n" % place for place in places)
        end = b"xref\n0 6\n0000000000 65535 f \n%btrailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (table, len(body))
        return bytes(body + end)

    def repacked(self, archive: bytes, change: Mapping[str, Callable[[bytes], bytes]], add: Mapping[str, bytes]) -> bytes:
        """An archive with some members changed and some added."""
        target = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(archive)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
            for name in source.namelist():
                out.writestr(name, change.get(name, bytes)(source.read(name)))
            for name, data in add.items():
                out.writestr(name, data)
        return target.getvalue()

    def laughing(self) -> bytes:
        """A docx with the "billion laughs" in its main part."""
        entities = b"".join(b'<!ENTITY l%d "%b">' % (level, b"&l%d;" % (level - 1) * 10) for level in range(1, 10))
        start = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY l0 "lol">' + entities + b"]>"

        def infect(part: bytes) -> bytes:
            return start + part.split(b"?>", 1)[1].replace(b"<w:t>", b"<w:t>&l9;", 1)

        return self.repacked(self.docx("ha"), {"word/document.xml": infect}, {})


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    target = io.BytesIO()
    save(target)
    return target.getvalue()


@pytest.fixture(scope="session")
def make() -> Make:
    return Make()
