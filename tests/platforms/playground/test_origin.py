"""Names under which the page answers: loopback and the public address, so that no other name can be pointed at it."""

import pytest

from bot.platforms.playground.origin import Origins

OURS = Origins("https://bot.example")


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:3000", "127.0.0.1:3000", "127.9.9.9", "[::1]:3000", "bot.example", "BOT.example:443"]
)
def test_hosts_of_ours(host):
    assert OURS.is_ours(host)


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:3000", "10.0.0.5", "", "[::1", "notlocalhost"]
)
def test_foreign_hosts(host):
    assert not OURS.is_ours(host)


@pytest.mark.parametrize(
    ("origin", "is_same"),
    [
        ("http://127.0.0.1:3000", True), ("https://bot.example", True), ("http://127.0.0.1:3001", False), ("http://localhost:3000", False),
        ("https://evil.example", False), ("null", False), ("", False), ("file://", False),
    ],
)  # fmt: skip
def test_a_page_of_another_place_is_foreign(origin, is_same):
    assert OURS.is_same(origin, "127.0.0.1:3000") is is_same


def test_without_a_public_address_nothing_empty_matches():
    assert not Origins("").is_same("", "")
    assert not Origins("").is_ours("")


@pytest.mark.parametrize(
    ("host", "peer", "may"),
    [
        ("localhost:3000", "127.0.0.1", True),
        ("127.0.0.1:3000", "::1", True),
        ("localhost:3000", "::ffff:127.0.0.1", True),
        ("localhost:3000", "192.0.2.7", False),
        ("127.0.0.1", "::ffff:192.0.2.7", False),
        ("localhost", "", False),
        ("bot.example", "192.0.2.7", True),
    ],
)
def test_a_loopback_name_is_for_this_machine_only(host, peer, may):
    assert OURS.is_near(host, peer) is may


def test_without_a_public_address_nobody_else_may():
    assert not Origins("").is_near("", "192.0.2.7")
    assert not Origins("").is_near("localhost", "192.0.2.7")
