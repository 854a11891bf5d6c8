"""Web pages as a reader sees them: without scripts, comments and everything that is hidden from the eye."""

import re

from bs4 import BeautifulSoup, Tag
from bs4.dammit import EncodingDetector
from bs4.element import PreformattedString

from knowledge.extraction.text import decode

_NEVER_SHOWN = (
    "script", "style", "noscript", "template", "title", "iframe", "object", "embed", "svg", "canvas", "audio", "video",
)  # fmt: skip
_INVISIBLE = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|opacity:(?:0(?:\.0*)?|0?\.0+)(?:%|!|;|$)"
    r"|font(?:-size)?:(?:0|0?\.0+)(?:px|pt|r?em|%)?(?:!|;|/|$)"
    r"|(?:text-indent|(?:margin-)?(?:left|top)):-\d{3,}|clip:rect\(|clip-path:inset\((?:50|100)%|transform:scale\(0\)"
)
_NO_ROOM = re.compile(r"(?:height|width):0(?:px)?(?:!|;|$)")
_SIMPLE = re.compile(r"[a-zA-Z0-9]*(?:[.#][\w-]+)")
_REMARK = re.compile(r"/\*.*?\*/", re.DOTALL)


def seen(page: bytes) -> tuple[str, str]:
    """The title of a page and the HTML of what it shows. Pictures are replaced by the words that describe them."""
    soup = BeautifulSoup(_characters(page), "html.parser")
    title = " ".join(soup.title.get_text().split()) if soup.title else ""
    classes = _hidden_by_sheet("\n".join(sheet.get_text() for sheet in soup("style")))
    for text in soup.find_all(string=lambda string: isinstance(string, PreformattedString)):
        text.extract()
    doomed = [tag for tag in soup.find_all(True) if tag.name in _NEVER_SHOWN or _hidden(tag, classes)]
    for tag in doomed:
        tag.extract()
    for picture in soup("img"):
        picture.replace_with(str(picture.get("alt") or ""))
    return title, str(soup)


def _characters(page: bytes) -> str:
    try:
        return page.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    declared = EncodingDetector.find_declared_encoding(page, is_html=True)
    if declared:
        try:
            return page.decode(declared)
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(page)


def _hidden(tag: Tag, sheet: frozenset[str]) -> bool:
    if tag.has_attr("hidden") or str(tag.get("aria-hidden", "")).strip().lower() == "true":
        return True
    if tag.name == "input" and str(tag.get("type", "")).lower() == "hidden":
        return True
    style = tag.get("style")
    return bool(style and invisible(str(style))) or bool(sheet and not sheet.isdisjoint(_selectors(tag)))


def invisible(style: str) -> bool:
    """Whether these CSS declarations take a text out of sight."""
    plain = re.sub(r"\s+", "", _REMARK.sub("", style).lower())
    clipped = "overflow:hidden" in plain and _NO_ROOM.search(plain)
    return bool(clipped or _INVISIBLE.search(plain))


def _selectors(tag: Tag) -> set[str]:
    names = {f".{name}" for name in tag.get_attribute_list("class") if name} | {f"#{tag['id']}" if tag.has_attr("id") else "#"}
    return names | {tag.name + name for name in names}


def _hidden_by_sheet(sheet: str) -> frozenset[str]:
    """The simple selectors (`.class`, `#id`, `tag.class`) that a style sheet hides outside of its @-blocks.

    What holds only on paper or on a small screen hides nothing here.
    """
    found: set[str] = set()
    depth = 0
    selectors = ""
    for piece in re.split(r"([{}])", _REMARK.sub("", sheet)):
        if piece == "{":
            depth += 1
        elif piece == "}":
            depth = max(0, depth - 1)
        elif depth == 0:
            selectors = piece.rpartition(";")[2].strip()  # in front stand statements such as @import
        elif depth == 1 and not selectors.startswith("@") and invisible(piece):
            found.update(one for one in map(str.strip, selectors.split(",")) if _SIMPLE.fullmatch(one))
    return frozenset(found)
