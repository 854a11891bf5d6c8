"""Office files without what their author hid: hidden words, hidden slides, hidden sheets."""

import io
import re
import zipfile
from collections.abc import Callable
from xml.etree import ElementTree as ET

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SLIDE = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_OFF = frozenset({"0", "false", "off"})

Rule = tuple[re.Pattern[str], bytes, Callable[[ET.Element], None]]
"""Which parts of the archive may hide something, the bytes that give it away, and what takes it out."""


def shown(data: bytes, suffix: str) -> bytes:
    """The same file without its hidden parts; the very same bytes when there are none.

    `data` has been through `archive.check`: it is a zip archive whose XML has no document types.
    """
    rule = _RULES[suffix]
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        changed: dict[str, bytes] = {}
        for name in source.namelist():
            part = source.read(name) if rule[0].fullmatch(name.lower()) else b""
            if rule[1] in part:
                changed[name] = _clean(part, rule[2])
        return _rewrite(source, changed) if changed else data


def _clean(part: bytes, take_out: Callable[[ET.Element], None]) -> bytes:
    root = ET.fromstring(part)  # noqa: S314 - entities were refused before
    take_out(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _rewrite(source: zipfile.ZipFile, changed: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in dict.fromkeys(source.namelist()):
            archive.writestr(name, changed.get(name) or source.read(name))
    return target.getvalue()


def _without_words(root: ET.Element) -> None:
    for parent in list(root.iter()):
        for run in parent.findall(f"{_WORD}r"):
            mark = run.find(f"{_WORD}rPr/{_WORD}vanish")
            if mark is not None and mark.get(f"{_WORD}val", "").lower() not in _OFF:
                parent.remove(run)


def _without_slide(root: ET.Element) -> None:
    shapes = root.find(f"{_SLIDE}cSld/{_SLIDE}spTree")
    if root.get("show", "").lower() in _OFF and shapes is not None:
        for shape in shapes[2:]:  # the first two are the properties that every tree must have
            shapes.remove(shape)


def _without_sheets(root: ET.Element) -> None:
    sheets = root.find(f"{_SHEET}sheets")
    for sheet in list(sheets if sheets is not None else ()):
        if sheets is not None and sheet.get("state", "visible") != "visible":
            sheets.remove(sheet)
    for names in root.findall(f"{_SHEET}definedNames"):  # they count the sheets
        root.remove(names)


_RULES: dict[str, Rule] = {
    ".docx": (re.compile(r"word/[^/]+\.xml"), b"vanish", _without_words),
    ".pptx": (re.compile(r"ppt/slides/[^/]+\.xml"), b"show=", _without_slide),
    ".xlsx": (re.compile(r"xl/workbook\.xml"), b"idden", _without_sheets),
}
