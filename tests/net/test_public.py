"""What is public, and which spelling of a URL is taken."""

from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from net.tricks import INSIDE, OUTSIDE, TRICKS

from bot.net.public import Target, Unsafe, is_public, target

ADDRESSES = st.one_of(
    st.integers(0, 2**32 - 1).map(IPv4Address),
    st.integers(0, 2**128 - 1).map(IPv6Address),
    st.integers(0, 2**125 - 1).map(lambda n: IPv6Address((1 << 125) + n)),
    st.integers(0, 2**32 - 1).map(lambda n: IPv6Address((0xFFFF << 32) + n)),
)
HOSTS = st.from_regex(r"[a-z]{1,8}(\.[a-z0-9-]{1,8}){0,3}", fullmatch=True)


@pytest.mark.parametrize("address", INSIDE)
def test_no_host_of_the_internet_has_this_address(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_a_host_of_the_internet_may_have_this_address(address):
    assert is_public(address)


@given(ADDRESSES)
def test_what_we_take_for_public_the_standard_library_does_too(address):
    if is_public(str(address)):
        assert address.is_global
        assert not any((address.is_multicast, address.is_private, address.is_reserved, address.is_link_local))
        assert address.version == 4 or (address.ipv4_mapped is None and address.sixtofour is None and address.teredo is None)


@pytest.mark.parametrize("url", TRICKS)
def test_a_trick_is_no_address(url):
    with pytest.raises(Unsafe) as told:
        target(url)

    assert "127" not in str(told.value)


def test_there_are_enough_tricks():
    assert len(set(TRICKS)) >= 100


@pytest.mark.parametrize(
    "case",
    [
        ("https://example.com", "https://example.com/"),
        ("HTTPS://Example.COM:443?q=1#part", "https://example.com/?q=1"),
        ("https://my_bucket.s3.example.com/a%20b/c?d=e&f=g", "https://my_bucket.s3.example.com/a%20b/c?d=e&f=g"),
        ("https://xn--mller-kva.example/ü", "https://xn--mller-kva.example/%C3%BC"),
        ("https://example.com//127.0.0.1/@x:y", "https://example.com//127.0.0.1/@x:y"),
        ("https://1.1.1.1/x", "https://1.1.1.1/x"),
        ("https://[2606:4700:0:0::1111]/", "https://[2606:4700::1111]/"),
        ("https://3com.example/", "https://3com.example/"),
    ],
)
def test_a_plain_address_keeps_its_meaning(case):
    given_url, meant = case

    assert target(given_url).url == meant


@given(st.text(max_size=60) | st.from_regex(r"https?://[^ ]{0,30}", fullmatch=True))
def test_every_text_is_an_address_or_refused_and_one_spelling_means_one_thing(text):
    try:
        found = target(text)
    except Unsafe:
        return
    again = urlsplit(found.url)
    assert (again.scheme, again.port or 443, again.username) == ("https", 443, None)
    assert again.hostname == found.host.strip("[]")
    assert target(found.url) == found


@given(ADDRESSES)
def test_an_address_in_a_url_is_taken_only_when_it_is_public(address):
    url = f"https://[{address}]/" if address.version == 6 else f"https://{address}/"
    if is_public(str(address)):
        assert ip_address(target(url).host.strip("[]")) == address
    else:
        with pytest.raises(Unsafe):
            target(url)


@given(HOSTS, st.integers(1, 65535))
def test_only_what_is_listed_is_exempt(host, port):
    exempt = {"127.0.0.1:8080"}
    assert target("http://127.0.0.1:8080/x", exempt=exempt) == Target("http", "127.0.0.1", 8080, "/x", is_exempt=True)
    if port != 443:
        with pytest.raises(Unsafe):
            target(f"https://{host}:{port}/", exempt=exempt)
    with pytest.raises(Unsafe):
        target("http://127.1:8080/", exempt=exempt)
