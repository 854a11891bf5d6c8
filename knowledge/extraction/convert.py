"""From bytes to Markdown, by ending. The only importer of markitdown."""

import io
import re
from collections.abc import Callable

from knowledge.extraction.comments import without_comments
from knowledge.extraction.contract import OFFICE, PAGES, TEXTS, Limits, Refused
from knowledge.extraction.text import decode

Convert = Callable[[bytes, Limits], str]
"""Markdown of a file's bytes. Raises `Refused` with the sentence for a person, or whatever the library raises."""

_LOCKED = "The file is encrypted: remove the password and ingest it again."
_IMAGE = re.compile(r"!\[([^\]\n]*)\]\([^)\n]*\)")
_NUMBERLESS = re.compile(r"(?<=\|) (?:NaN|Unnamed: \d+) (?=\|)")
_LETTERLESS = re.compile(r"\(cid:\d+\)")
_LONG = 20
_TITLE_STYLES = "p[style-name='Title'] => h1:fresh\np[style-name='Subtitle'] => p:fresh"


def converter(suffix: str) -> Convert:
    """The function for files with this ending (one of `SUFFIXES`), its libraries loaded."""
    if suffix in TEXTS:
        return _text
    if suffix in PAGES:
        return _page()
    return _office(suffix) if suffix in OFFICE else _pdf()


def _text(data: bytes, _: Limits) -> str:
    return without_comments(decode(data))


def _page() -> Convert:
    from markitdown.converters import HtmlConverter  # noqa: PLC0415 - costs a second, plain text needs none of it

    from knowledge.extraction.webpage import seen  # noqa: PLC0415 - loads the parser of markitdown

    html = HtmlConverter()

    def convert(data: bytes, _: Limits) -> str:
        title, page = seen(data)
        body = str(html.convert_string(page).markdown)
        return body if not title or re.search(r"^# ", body, re.MULTILINE) else f"# {title}\n\n{body}"

    return convert


def _office(suffix: str) -> Convert:
    from markitdown import DocumentConverter, StreamInfo  # noqa: PLC0415 - see above
    from markitdown.converters import DocxConverter, PptxConverter, XlsxConverter  # noqa: PLC0415 - see above

    from knowledge.extraction.archive import check  # noqa: PLC0415 - the zip reader
    from knowledge.extraction.hidden import shown  # noqa: PLC0415 - see above

    makers: dict[str, type[DocumentConverter]] = {".docx": DocxConverter, ".pptx": PptxConverter, ".xlsx": XlsxConverter}

    def convert(data: bytes, limits: Limits) -> str:
        check(data, suffix, limits)
        options = {"style_map": _TITLE_STYLES} if suffix == ".docx" else {}
        result = makers[suffix]().convert(io.BytesIO(shown(data, suffix)), StreamInfo(extension=suffix), **options)
        text = _IMAGE.sub(r"\1", without_comments(str(result.markdown)))
        return _NUMBERLESS.sub("  ", text) if suffix == ".xlsx" else text

    return convert


def _pdf() -> Convert:
    from markitdown import StreamInfo  # noqa: PLC0415 - see above
    from markitdown.converters import PdfConverter  # noqa: PLC0415 - see above
    from pypdfium2 import PdfDocument, PdfiumError  # type: ignore[import-untyped]  # noqa: PLC0415 - comes with markitdown

    def convert(data: bytes, _: Limits) -> str:
        if b"%PDF-" not in data[:1024]:
            raise Refused("The file is no PDF although its name says so: give it the right ending and ingest it again.")
        try:
            document = PdfDocument(data)
        except PdfiumError as error:
            if "password" in str(error).lower():
                raise Refused(_LOCKED) from None
            raise
        with document:
            # markitdown finds tables but takes about 0.12 s of processor time for a full page, pdfium 0.001 s: a handbook
            # of a hundred pages would never fit into its ten seconds.
            if len(document) > _LONG:
                text = "\n\n".join(page.get_textpage().get_text_bounded() for page in document)
            else:
                text = str(PdfConverter().convert(io.BytesIO(data), StreamInfo(extension=".pdf")).markdown)
        return _legible(text)

    return convert


def _legible(text: str) -> str:
    bare = _LETTERLESS.sub("", text)
    if len(bare.split()) * 2 < len(_LETTERLESS.findall(text)):
        raise Refused("The file's fonts do not say which letters they show: print it to a new PDF with text, and ingest that.")
    return bare
