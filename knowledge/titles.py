"""What a file calls itself: the title and address in its front matter, its first heading, or its name."""

import re
from dataclasses import dataclass
from pathlib import PurePath

_FRONT = re.compile(r"\A---[ \t]*\n(.{0,20000}?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FRONT_LINE = re.compile(r"[\w.-]+:(?:\s.*)?|\s+.*|- .*|#.*|")
_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-{3,})[ \t]*")
_FENCE = re.compile(r" {0,3}(?:`{3,}|~{3,})")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
_HEADED = frozenset({".md", ".html", ".htm", ".docx", ".pptx"})
_LONGEST = 200
_FAR = 100_000


@dataclass(frozen=True, slots=True)
class Titled:
    """A text with its title. `url` is the published address that the text states for itself, or empty."""

    title: str
    url: str
    text: str


def entitle(markdown: str, name: str) -> Titled:
    """Find the title of a file's text; `name` is the file's name. The front matter of Markdown is taken off."""
    suffix = PurePath(name).suffix.lower()
    front, text = _split(markdown) if suffix == ".md" else ({}, markdown)
    heading = _first_heading(text) if suffix in _HEADED else ""
    title = front.get("title") or heading or _from_name(name)
    url = front.get("url", "")
    return Titled(title[:_LONGEST], url if _ADDRESS.fullmatch(url) else "", text)


def _split(markdown: str) -> tuple[dict[str, str], str]:
    """The plain `key: value` lines of a leading front matter block, and the text behind it."""
    match = _FRONT.match(markdown)
    lines = (match[1] or "").splitlines() if match else []
    if not match or not lines or not all(_FRONT_LINE.fullmatch(line) for line in lines):
        return {}, markdown
    pairs = (line.partition(":") for line in lines if line[:1].strip())
    front = {key.strip().lower(): value.strip().strip("\"'") for key, colon, value in pairs if colon}
    return front, markdown[match.end() :].lstrip("\n")


def _first_heading(text: str) -> str:
    fenced = False
    before = ""
    for line in text[:_FAR].splitlines():
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced:
            match = _HEADING.fullmatch(line)
            title = match[1] if match else before if _UNDERLINE.fullmatch(line) else ""
            if plain := _plain(title):
                return plain
            before = "" if match or line.lstrip().startswith(("|", ">", "-", "*")) else line
    return ""


def _plain(heading: str) -> str:
    return " ".join(_LINK.sub(r"\1", heading).replace("`", "").replace("**", "").replace("\\", "").strip("*_ ").split())


def _from_name(name: str) -> str:
    words = " ".join(re.split(r"[-_\s]+", PurePath(name).stem)).strip() or name
    return words[:1].upper() + words[1:]
