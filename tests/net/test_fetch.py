"""A URL of a stranger leads to the public internet or nowhere, whatever names and redirects say."""

import asyncio
import gzip
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from net.tricks import INSIDE, OUTSIDE, TRICKS
from net.wire import PUBLIC, Wire

from bot.net.fetch import Fetcher
from bot.net.public import Unsafe, is_public
from handlers.errors import Invalid, NotFound, Trouble, Unavailable

HTML = frozenset({"text/html"})
URL = "https://files.example.com/page"


def page(body=b"<p>hi</p>", *, status=200, **headers):
    headers = {"Content_Type": "text/html; charset=utf-8", "Content_Length": len(body)} | headers
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items() if value is not None)

    async def act(writer):
        writer.write(f"HTTP/1.1 {status} X\r\n{lines}\r\n".encode() + body)
        await writer.drain()

    return act


def to(location, status=302):
    return page(b"", status=status, Location=location)


@pytest.fixture
async def wire(tmp_path):
    made = Wire(tmp_path)
    await made.start()
    made.names = {"files.example.com": [[PUBLIC]], "other.example.com": [["1.1.1.1"]]}
    made.acts = {"/page": page()}
    yield made
    await made.stop()


async def test_a_public_page_is_read_under_its_own_name_at_the_address_that_was_judged(wire):
    found = await wire.fetcher().fetch(URL, types=HTML)

    assert (found.url, found.type, found.data) == (URL, "text/html", b"<p>hi</p>")
    assert wire.called == [PUBLIC]
    assert wire.sni == ["files.example.com"]
    [head] = wire.served
    assert "\r\nHost: files.example.com\r\n" in head
    assert not {"authorization", "cookie", "referer"} & {line.partition(":")[0].lower() for line in head.split("\r\n")}


async def test_no_trick_opens_a_socket(wire):
    fetcher = wire.fetcher()
    for url in TRICKS:
        with pytest.raises(Unsafe):
            await fetcher.fetch(url, types=HTML)

    assert (wire.called, wire.looked) == ([], [])


@pytest.mark.parametrize("address", INSIDE)
async def test_a_name_that_leads_inside_opens_no_socket(wire, address):
    wire.names["files.example.com"] = [[address]]
    with pytest.raises(Unsafe):
        await wire.fetcher().fetch(URL, types=HTML)
    wire.names["files.example.com"] = [[PUBLIC, address]]
    with pytest.raises(Unsafe):
        await wire.fetcher().fetch(URL, types=HTML)

    assert wire.called == []


async def test_a_name_that_changes_its_mind_is_asked_once(wire):
    wire.names["files.example.com"] = [[PUBLIC], ["127.0.0.1"]]

    assert (await wire.fetcher().fetch(URL, types=HTML)).data == b"<p>hi</p>"

    assert (wire.looked, wire.called) == (["files.example.com"], [PUBLIC])


async def test_a_name_that_changes_its_mind_between_redirects_is_judged_again(wire):
    wire.names["files.example.com"] = [[PUBLIC], ["169.254.169.254"]]
    wire.acts = {"/page": to("/latest/meta-data/"), "/latest/meta-data/": page()}

    with pytest.raises(Unsafe):
        await wire.fetcher().fetch(URL, types=HTML)

    assert wire.called == [PUBLIC]


@pytest.mark.parametrize(
    "location",
    ["http://files.example.com/page", "https://127.0.0.1/", "//127.1/", "https://[::1]/", "https://x@other.example.com/", "http://[", "file:///x",
     "https://inside.example.com/", "\\\\127.0.0.1\\x", "https://localhost/", "\xff://x"],
)  # fmt: skip
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_judged_like_any_other_address(wire, location, status):
    wire.names["inside.example.com"] = [["10.0.0.1"]]
    wire.acts["/page"] = to(location, status)

    with pytest.raises((Unsafe, NotFound, Invalid)):
        await wire.fetcher().fetch(URL, types=HTML)

    assert set(wire.called) <= {PUBLIC}


async def test_three_redirects_are_followed_and_no_fourth(wire):
    wire.acts = {
        "/page": to("https://other.example.com/2"),
        "/2": to("3", 307),
        "/3": to("/4?a=b#c", 308),
        "/4?a=b": page(b"end"),
    }
    found = await wire.fetcher().fetch(URL, types=HTML)
    assert (found.url, found.data) == ("https://other.example.com/4?a=b", b"end")
    assert wire.called == [PUBLIC, "1.1.1.1", "1.1.1.1", "1.1.1.1"]

    wire.acts["/4?a=b"] = to("/5")
    with pytest.raises(Invalid, match="more than 3 times"):
        await wire.fetcher().fetch(URL, types=HTML)
    assert not any(" /5 " in head for head in wire.served)


async def test_a_certificate_for_another_name_is_refused(wire):
    wire.names["third.example.com"] = [[PUBLIC]]

    with pytest.raises(Unavailable):
        await wire.fetcher().fetch("https://third.example.com/page", types=HTML)

    assert wire.served == []


@pytest.mark.parametrize(
    "case",
    [
        (page(Content_Type="application/pdf"), Invalid, "not of a type"),
        (page(Content_Type=None), Invalid, "not of a type"),
        (page(b"x" * 3000), Invalid, "larger than 2000 bytes"),
        (page(gzip.compress(b"x" * 500_000), Content_Encoding="gzip"), Invalid, "larger than"),
        (page(b"short", Content_Length=900), Unavailable, "broke off"),
        (page(status=404), NotFound, "nothing at that address"),
        (page(status=410), NotFound, "nothing"),
        (page(status=403), Invalid, "status 403"),
        (page(status=302), Invalid, "status 302"),
        (page(status=429), Unavailable, "status 429"),
        (page(status=503), Unavailable, "status 503"),
    ],
)
async def test_what_is_not_a_page_is_said_in_words(wire, case):
    act, kind, words = case
    wire.acts["/page"] = act

    with pytest.raises(kind, match=words):
        await wire.fetcher(most=2000).fetch(URL, types=HTML)


async def test_the_deadline_is_over_everything(wire):
    async def drips(writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"1\r\nx\r\n")
            await writer.drain()
            await asyncio.sleep(0.02)

    wire.acts["/page"] = drips
    started = time.monotonic()
    with pytest.raises(Unavailable, match="in time"):
        await wire.fetcher(total=0.5).fetch(URL, types=HTML)

    async def slow(_host, _port):
        await asyncio.Event().wait()

    with pytest.raises(Unavailable, match="in time"):
        await Fetcher(resolve=slow, total=0.2).fetch(URL, types=HTML)
    assert time.monotonic() - started < 3


async def test_a_name_without_an_address_is_said(wire):
    with pytest.raises(Unavailable, match="no address"):
        await wire.fetcher().fetch("https://nowhere.example.com/", types=HTML)


async def test_a_stand_in_that_is_listed_may_be_on_loopback_and_nothing_beside_it(server, acts):
    port = server.does(acts.says(200, raw=b"hi", Content_Type="text/html")).url.split(":")[2].split("/")[0]
    fetcher = Fetcher(exempt={f"127.0.0.1:{port}"})

    assert (await fetcher.fetch(server.url, types=HTML)).data == b"hi"

    for near in (f"http://127.0.0.1:{int(port) - 1}/", f"http://localhost:{port}/", f"http://127.1:{port}/"):
        with pytest.raises(Unsafe):
            await fetcher.fetch(near, types=HTML)


async def test_a_proxy_of_the_environment_is_not_used(wire, monkeypatch, unused_port):
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{unused_port}")

    assert (await wire.fetcher().fetch(URL, types=HTML)).data == b"<p>hi</p>"


LEADS = st.lists(st.lists(st.sampled_from(INSIDE + OUTSIDE), max_size=3), min_size=1, max_size=4)
PLACES = st.one_of(
    st.sampled_from(TRICKS + tuple(f"https://[{each}]/" if ":" in each else f"https://{each}/" for each in INSIDE + OUTSIDE)),
    st.just("https://files.example.com/next"),
    st.text(max_size=20),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(leads=LEADS, first=PLACES | st.just(URL), then=PLACES.filter(lambda text: text.isprintable() and text.isascii()))
def test_whatever_names_and_redirects_say_no_socket_leads_inside(tmp_path, leads, first, then):
    async def story():
        wire = Wire(tmp_path)
        await wire.start()
        wire.names["files.example.com"] = leads
        wire.acts = {"/page": to(then), "/": to(then), "/next": page()}
        try:
            await wire.fetcher().fetch(first, types=HTML)
        except Trouble:
            pass
        finally:
            await wire.stop()
        assert [address for address in wire.called if not is_public(address)] == []
        return wire.called

    asyncio.run(story())
