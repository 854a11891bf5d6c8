"""Office files are zip archives of XML: looked through for bombs before a library opens them."""

import io
import zipfile
from xml.parsers import expat

from knowledge.extraction.contract import MEBIBYTE, Limits, Refused

_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")
_LOCKED_STREAM = "EncryptedPackage".encode("utf-16-le")
_PARTS = {".docx": "word/", ".pptx": "ppt/", ".xlsx": "xl/"}
_SMALL = MEBIBYTE
_PIECE = 64 * 1024
_BOMB = "The file unpacks to far more than a document holds: save it again with its own program and ingest that."
_TRICK = "The file defines XML entities, which no office program writes: save it again with its own program and ingest that."


def check(data: bytes, suffix: str, limits: Limits) -> None:
    """Raise `Refused` unless `data` is an office file of this kind, unlocked, that unpacks within the limits and plays no XML tricks.

    The limits look at the sizes that the archive states; Python's zip reader never unpacks more than was stated.
    """
    if data.startswith(_COMPOUND):
        raise Refused(_old_or_locked(data, suffix))
    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise Refused(f"The file is damaged or no {suffix[1:]} file: save it again with its own program and ingest that.")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        if any(member.flag_bits & 1 for member in members):
            raise Refused("The file is encrypted: remove the password and ingest it again.")
        _measure(members, limits)
        if not any(member.filename.lower().startswith(_PARTS[suffix]) for member in members):
            raise Refused(
                f"The file is no {suffix[1:]} file although its name says so: give it the right ending and ingest it again."
            )
        for member in members:
            if not member.filename.lower().startswith(f"{_PARTS[suffix]}media/"):
                _parse(archive, member)


def _old_or_locked(data: bytes, suffix: str) -> str:
    if _LOCKED_STREAM in data:
        return "The file is encrypted: remove the password and ingest it again."
    return (
        f"The file is encrypted or in the format of Office 97: remove the password, save it as {suffix[1:]} and ingest it again."
    )


def _measure(members: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(members) > limits.archive_members or sum(member.file_size for member in members) > limits.archive_bytes:
        raise Refused(_BOMB)
    for member in members:
        if member.file_size > max(_SMALL, limits.archive_ratio * member.compress_size):
            raise Refused(_BOMB)


def _parse(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Refuse a document type: the office formats forbid it (ECMA-376 part 2), and every entity trick needs one."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse
    with archive.open(member) as stream:
        try:
            while piece := stream.read(_PIECE):
                parser.Parse(piece)
        except expat.ExpatError:
            return  # a picture, or XML that the library will stumble over as well


def _refuse(*_: object) -> None:
    raise Refused(_TRICK)
