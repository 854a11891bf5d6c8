"""Where the bot's token may go: Microsoft's hosts and those that are listed, and nowhere that only looks like them."""

from urllib.parse import urlsplit

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from yarl import URL

from bot.settings.hosts import allowed

MICROSOFTS = (
    "https://smba.trafficmanager.net/emea/",
    "https://smba.trafficmanager.net/de/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9/",
    "https://smba.trafficmanager.net",
    "https://smba.trafficmanager.net:443/amer",
    "HTTPS://SMBA.TrafficManager.Net/emea/",
    "https://europe.directline.botframework.com/",
    "https://api.botframework.com/",
)
TRICKS = (
    "", "/", "smba.trafficmanager.net", "//smba.trafficmanager.net/", "http://smba.trafficmanager.net/", "ftp://smba.trafficmanager.net/",
    "https://botframework.com/", "https://evilbotframework.com/", "https://botframework.com.evil.example/", "https://trafficmanager.net/",
    "https://a.smba.trafficmanager.net/", "https://smba.trafficmanager.net.evil.example/", "https://smba.trafficmanager.net./",
    "https://smba.trafficmanager.net:8443/", "https://smba.trafficmanager.net:/", "https://smba.trafficmanager.net:0443/",
    "https://smba.trafficmanager.net:4430000/", "https://smba.trafficmanager.net:443443/", "https://smba.trafficmanager.net:65536/",
    "https://smba.trafficmanager.net@evil.example/", "https://evil.example@smba.trafficmanager.net/", "https://u:p@smba.trafficmanager.net/",
    "https://evil.example\\@smba.trafficmanager.net/", "https://evil.example\\.botframework.com/", "https:\\\\smba.trafficmanager.net/",
    "https://evil.example/.botframework.com", "https://evil.example?.botframework.com", "https://evil.example#.botframework.com",
    "https://evil.example%2f.botframework.com/", "https://evil.example%00.botframework.com/", "https://smba%2etrafficmanager.net/",
    "https://smba.trafficmanager.net/%2e%2e/", "https://smba.trafficmanager.net/?to=x", "https://smba.trafficmanager.net/#x",
    "https://smba\u3002trafficmanager.net/", "https://\u0455mba.trafficmanager.net/", "https://a.botframewor\u212a.com/", "https://api.\u0299otframework.com/",
    "https://smba.trafficmanager.net\n/", "https://smba.trafficmanager.net/\n", " https://smba.trafficmanager.net/", "https://smba .trafficmanager.net/",
    "https://smba.trafficmanager.net\t.evil.example/", "https:///smba.trafficmanager.net/", "https:smba.trafficmanager.net/",
    "https://.botframework.com/", "https://-.botframework.com/", "https://a..botframework.com/", "https://[smba.trafficmanager.net]/",
)  # fmt: skip


@pytest.mark.parametrize("url", MICROSOFTS)
def test_microsofts_own_need_not_be_listed(url):
    assert allowed(url, "")


@pytest.mark.parametrize("url", TRICKS)
@pytest.mark.parametrize("listed", ["", "bot.example, *.example.com, 127.0.0.1:9"])
def test_what_only_looks_like_them_is_not_called(url, listed):
    assert not allowed(url, listed)


@pytest.mark.parametrize(
    ("url", "listed", "expected"),
    [
        ("https://bot.example/x", "bot.example", True),
        ("https://bot.example:8443/x", "bot.example", True),
        ("https://BOT.example/", "Bot.Example", True),
        ("https://a.bot.example/", "bot.example", False),
        ("https://bot.example/", "bot.example:443", True),
        ("https://bot.example:443/", "bot.example:443", True),
        ("https://bot.example:8443/", "bot.example:443", False),
        ("https://bot.example:8443/", "x, bot.example:8443", True),
        ("https://a.example.com/", "*.example.com", True),
        ("https://a.b.example.com:1/", "*.example.com", True),
        ("https://example.com/", "*.example.com", False),
        ("https://aexample.com/", "*.example.com", False),
        ("http://127.0.0.1:9/x/y_z", "127.0.0.1:9", True),
        ("http://localhost:9", "localhost", True),
        ("http://127.0.0.1/", "127.0.0.1:80", True),
        ("http://127.0.0.1:9/x", "127.0.0.1:8", False),
        ("http://127.0.0.1:9/x", "", False),
        ("https://127.0.0.1:9/x", "", False),
        ("http://bot.example/x", "bot.example", False),
        ("http://10.0.0.1/x", "10.0.0.1", False),
        ("http://a.botframework.com/", "*.botframework.com", False),
        ("https://2130706433/", "127.0.0.1", False),
        ("https://bot.example/", "*", False),
        ("https://bot.com/", "*.com", False),
    ],
)
def test_what_is_listed(url, listed, expected):
    assert allowed(url, listed) is expected


LISTED = "bot.example, port.example:8443, *.wild.example"
HOSTS = [
    "smba.trafficmanager.net",
    "api.botframework.com",
    "bot.example",
    "port.example",
    "a.wild.example",
    "127.0.0.1",
    "evil.example",
]
PIECES = st.sampled_from(
    [
        *HOSTS,
        "@",
        ":",
        "/",
        "\\",
        ".",
        "%2e",
        "%40",
        "?",
        "#",
        " ",
        "\t",
        "[",
        "]",
        "443",
        "8443",
        "\u3002",
        "\u0131",
        "-",
        "*",
        "x",
    ]
)


def meant(url: str) -> bool:
    """Whether the client that will call it, and the library that everybody reads addresses with, go where we may."""
    called, read = URL(url), urlsplit(url)
    host, port = called.host or "", called.port or 0
    assert (host, port) == (read.hostname, read.port or {"https": 443, "http": 80}[read.scheme])
    assert (called.user, called.password, called.query_string, called.fragment) == (None, None, "", "")
    known = host == "smba.trafficmanager.net" or host.endswith(".botframework.com")
    listed = host == "bot.example" or (host, port) == ("port.example", 8443) or host.endswith(".wild.example")
    return called.scheme == "https" and (listed or (known and port == 443))


@given(st.builds("{}://{}".format, st.sampled_from(["https", "http", "HTTPS"]), st.lists(PIECES, max_size=7).map("".join)))
@example("https://a.wild.example:8443/")
@example("https://port.example:8443/x")
def test_what_is_allowed_goes_where_it_says(url):
    if allowed(url, LISTED):
        assert meant(url)


@given(st.text())
def test_no_text_is_an_error(url):
    assert allowed(url, LISTED) in (True, False)
    assert not allowed(f"https://{url}@bot.example/", LISTED)


@given(st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True), st.integers(1, 65535), st.integers(1, 65535))
def test_a_port_is_held_to_where_one_is_named(name, port, other):
    assume(port != other)

    assert allowed(f"https://{name}.test:{port}/x", f"{name}.test:{port}")
    assert allowed(f"https://{name}.test:{port}/x", f"{name}.test")
    assert allowed(f"https://{name}.test:{port}/x", "*.x, *.a.test, " + f"{name}.test:{other}, *.{name}.test") is False
    assert allowed(f"https://{name}.own.test:{port}/x", "*.own.test")
