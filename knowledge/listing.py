"""Which files stand behind the paths that a person names: folders walked, each file with its id and source."""

import os
import stat
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from knowledge.errors import Unreadable
from knowledge.extraction.contract import SUFFIXES
from knowledge.models import Rejected

_STRANGE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_NOT_REGULAR = "This is a pipe, a device or a socket: copy its contents into a regular file and ingest that."
_LOST_LINK = "The link points to nothing: repair or delete it."
_UNKNOWN = "Files of this kind cannot be read: save it as one of " + ", ".join(sorted(s[1:] for s in SUFFIXES)) + "."


@dataclass(frozen=True, slots=True)
class Root:
    """One named path. Ids below it begin with `name`; `whole` is true for a folder: what it no longer holds may be forgotten."""

    path: Path
    name: str
    source: str
    whole: bool


@dataclass(frozen=True, slots=True)
class File:
    """One file to be read. `id` is what its document will be called."""

    id: str
    path: Path
    source: str


@dataclass(frozen=True, slots=True)
class Listing:
    """Everything behind the named paths, before a byte is read.

    `rejected` are the lines for what is plainly no document, `skipped` counts the files of other kinds in the folders, and
    `closed` are the id prefixes of folders that could not be looked into: what lies below them is unknown, not gone.
    """

    roots: tuple[Root, ...]
    files: tuple[File, ...]
    rejected: tuple[Rejected, ...]
    skipped: int
    closed: tuple[str, ...]

    def gone(self, root: Root, ids: Iterable[str]) -> list[str]:
        """Which of `ids`, documents of the root's source, are no longer there. Unreadable files are still there."""
        if not root.whole:
            return []
        present = {file.id for file in self.files} | {line.name for line in self.rejected}
        below = (id_ for id_ in ids if id_.startswith(f"{root.name}/") and id_ not in present)
        return sorted(id_ for id_ in below if not id_.startswith(self.closed))


def list_files(paths: Sequence[Path], *, source: str = "", beat: Callable[[], None] = lambda: None) -> Listing:
    """Look for readable files. Blocks on the disk.

    Hidden files, office lock files and links that leave the folder are passed over. The id of a file is
    `<source or folder name>/<path below the folder>`; the source is `source` or the folder's absolute path. A file that is
    named itself belongs to its folder. `beat` is called as it goes on. Raises `Unreadable` for a path that does not exist.
    """
    lines = _Lines(beat)
    roots = _roots(paths, source)
    for root in roots:
        if root.whole:
            lines.folder(root)
        else:
            lines.named(root)
    return Listing(tuple(roots), tuple(lines.files.values()), tuple(lines.rejected), lines.skipped, tuple(lines.closed))


def printable(name: str) -> str:
    """A file name as one line of honest text: bytes that are no UTF-8, controls and invisible characters written as escapes."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(
        character.encode("unicode_escape").decode() if unicodedata.category(character) in _STRANGE else character
        for character in text
    )


def same_id(other: str) -> str:
    """The sentence for a file whose id belongs to the file `other`."""
    return f"{printable(other)} has the same id: rename one of them or ingest it with a source of its own."


def _roots(paths: Sequence[Path], source: str) -> list[Root]:
    found: dict[Path, Root] = {}
    for path in paths:
        try:
            real = path.resolve(strict=True)
        except (OSError, RuntimeError, ValueError):
            raise Unreadable(
                f"{printable(str(path))} does not exist or cannot be reached: check the path and start again."
            ) from None
        whole = real.is_dir()
        folder = real if whole else real.parent
        name = printable(source or folder.name) or "files"
        found.setdefault(real, Root(real, name, printable(source or str(folder)), whole))
    folders = [root.path for root in found.values() if root.whole]
    return [root for root in found.values() if not any(folder in root.path.parents for folder in folders)]


class _Lines:
    """What the walk has gathered so far."""

    def __init__(self, beat: Callable[[], None]) -> None:
        self._beat = beat
        self.files: dict[str, File] = {}
        self.rejected: list[Rejected] = []
        self.closed: list[str] = []
        self.skipped = 0

    def named(self, root: Root) -> None:
        """A file that a person named: everything about it is reported."""
        name = f"{root.name}/{printable(root.path.name)}"
        if root.path.suffix.lower() not in SUFFIXES:
            self.rejected.append(Rejected(name, _UNKNOWN))
        else:
            self._take(root, root.path, name)

    def folder(self, root: Root) -> None:
        """Everything below a folder in the order of the names, a folder's files before its folders."""
        waiting = [root.path]
        while waiting:  # no recursion: a tree may be deeper than Python's stack
            here = waiting.pop()
            self._beat()
            try:
                with os.scandir(here) as entries:
                    found = sorted(entries, key=lambda entry: entry.name)
            except OSError as error:
                self._close(root, here, error)
                continue
            seen = [entry for entry in found if not _passed_over(entry.name)]
            for entry in seen:
                self._entry(root, entry)
            waiting += [here / entry.name for entry in reversed(seen) if entry.is_dir(follow_symlinks=False)]

    def _entry(self, root: Root, entry: os.DirEntry[str]) -> None:
        self._beat()
        path = Path(entry.path)
        if path.suffix.lower() not in SUFFIXES or os.path.isdir(path):  # noqa: PTH112 - does not raise
            self.skipped += not entry.is_dir(follow_symlinks=False)
            return
        name = _id(root, path)
        if not entry.is_symlink():
            self._take(root, path, name)
            return
        try:
            real = path.resolve(strict=True)
        except (OSError, RuntimeError):
            self.rejected.append(Rejected(name, _LOST_LINK))
            return
        if root.path in real.parents:
            self._take(root, path, name)
        else:
            self.skipped += 1

    def _take(self, root: Root, path: Path, name: str) -> None:
        if name in self.files:
            self.rejected.append(Rejected(name, same_id(str(self.files[name].path))))
        elif not _regular(path):
            self.rejected.append(Rejected(name, _NOT_REGULAR))
        else:
            self.files[name] = File(name, path, root.source)

    def _close(self, root: Root, folder: Path, error: OSError) -> None:
        prefix = _id(root, folder) if folder != root.path else root.name
        self.closed.append(f"{prefix}/")
        self.rejected.append(
            Rejected(prefix, f"The folder cannot be looked into ({error.strerror}): give this program the right to.")
        )


def _id(root: Root, path: Path) -> str:
    return f"{root.name}/{printable(PurePath(path).relative_to(root.path).as_posix())}"


def _passed_over(name: str) -> bool:
    return name.startswith((".", "~$"))


def _regular(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return True  # let the reader say what is wrong with it
