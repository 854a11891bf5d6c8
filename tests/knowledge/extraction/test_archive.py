"""Bombs in office files."""

import io
import zipfile
from dataclasses import replace
from typing import Any

import pytest

from knowledge.extraction.archive import check
from knowledge.extraction.contract import Limits, Refused

LIMITS = Limits()


def refusal(data: bytes, suffix: str = ".docx", limits: Limits = LIMITS) -> str:
    with pytest.raises(Refused) as caught:
        check(data, suffix, limits)
    return str(caught.value)


def test_honest_files_pass(make: Any) -> None:
    check(make.docx("Hello"), ".docx", LIMITS)
    check(make.pptx("Hello"), ".pptx", LIMITS)
    check(make.xlsx(["Hello"]), ".xlsx", LIMITS)


def test_a_picture_is_no_xml_and_passes(make: Any) -> None:
    check(make.repacked(make.docx("a"), {}, {"word/media/a.png": b"<!DOCTYPE", "word/b.bin": b"\0\1"}), ".docx", LIMITS)


def test_a_part_that_unfolds_too_far_is_refused(make: Any) -> None:
    bomb = make.repacked(make.docx("a"), {}, {"word/footer.xml": bytes(3 * 2**20)})
    assert "unpacks to far more" in refusal(bomb)


def test_too_much_in_all_and_too_many_members_are_refused(make: Any) -> None:
    data = make.docx("a")
    assert "unpacks to far more" in refusal(data, limits=replace(LIMITS, archive_bytes=1000))
    assert "unpacks to far more" in refusal(data, limits=replace(LIMITS, archive_members=3))


def test_entities_are_refused_in_every_part_and_encoding(make: Any) -> None:
    assert "XML entities" in refusal(make.laughing())
    other = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [<!ENTITY b "c">]><a/>'.encode("utf-16")
    assert "XML entities" in refusal(make.repacked(make.docx("a"), {}, {"word/strange.bin": other}))


def test_an_archive_in_an_archive_is_not_opened(make: Any) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("inner.docx", make.docx("a"))
    assert "although its name says so" in refusal(target.getvalue())


def test_another_office_format_is_told_apart(make: Any) -> None:
    assert "no pptx file although" in refusal(make.docx("a"), ".pptx")


def test_locked_files_are_told_from_old_ones() -> None:
    compound = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
    assert (
        refusal(compound + "EncryptedPackage".encode("utf-16-le"))
        == "The file is encrypted: remove the password and ingest it again."
    )
    assert "Office 97" in refusal(compound)


def test_a_locked_member_is_a_locked_file(make: Any) -> None:
    data = bytearray(make.docx("a"))
    place = data.index(b"PK\x01\x02")
    data[place + 8] |= 1
    assert "is encrypted" in refusal(bytes(data))


def test_what_is_no_archive_is_refused() -> None:
    assert "no docx file" in refusal(b"hello")
