"""What vendors' headers say of their limits, and nonsense that says nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.net.headers import LONGEST, TABLE, number, quota, seconds_until

NOW = 1_795_000_000.0  # 2026-11-18T11:06:40Z


@pytest.mark.parametrize(
    "case",
    [
        ("Jira", {"X-RateLimit-Limit": "350", "X-RateLimit-Remaining": "40", "X-RateLimit-Reset": "2026-11-18T11:07:00Z"}, (350, 40, 20)),
        ("Jira", {"X-RateLimit-Limit": "350", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "2026-11-18T11:07Z"}, (350, 0, 20)),
        ("Jira", {"X-RateLimit-Limit": "350", "X-RateLimit-Remaining": "40"}, (350, 40, 60)),
        ("Zendesk", {"ratelimit-limit": "700", "ratelimit-remaining": "699", "ratelimit-reset": "41"}, (700, 699, 41)),
        ("Zendesk", {"X-Rate-Limit": "700", "X-Rate-Limit-Remaining": "12"}, (700, 12, 60)),
        ("HubSpot", {"X-HubSpot-RateLimit-Max": "110", "X-HubSpot-RateLimit-Remaining": "109",
                     "X-HubSpot-RateLimit-Interval-Milliseconds": "10000"}, (110, 109, 10)),
        ("Salesforce", {"Sforce-Limit-Info": "api-usage=14990/15000"}, (15000, 10, 900)),
        ("Salesforce", {"Sforce-Limit-Info": "api-usage=18000/15000; per-app-api-usage=17/250(appName=x)"}, (15000, 0, 900)),
        ("Model", {"x-ratelimit-limit-requests": "60", "x-ratelimit-remaining-requests": "59", "x-ratelimit-reset-requests": "1m30.5s"},
         (60, 59, 90.5)),
        ("Model", {"x-ratelimit-limit-requests": "60", "x-ratelimit-remaining-requests": "59", "x-ratelimit-reset-requests": "120ms"},
         (60, 59, 0.12)),
        ("Model", {"x-ratelimit-limit-requests": "60", "x-ratelimit-remaining-requests": "59"}, (60, 59, 60)),
        ("Other", {"RateLimit-Limit": "100, 100;w=60", "RateLimit-Remaining": "7", "RateLimit-Reset": "3"}, (100, 7, 3)),
        ("Other", {"RateLimit-Limit": "100", "RateLimit-Remaining": "700", "RateLimit-Reset": str(int(NOW) + 9)}, (100, 100, 9)),
    ],
)  # fmt: skip
def test_a_vendor_in_its_own_words(case):
    system, headers, meant = case

    found = quota(system, headers, now=NOW)

    assert (found.limit, found.remaining, found.reset) == meant


def test_a_point_in_time_counts_from_the_systems_own_clock():
    headers = {"X-RateLimit-Limit": "9", "X-RateLimit-Remaining": "1", "X-RateLimit-Reset": "2026-11-18T11:07:00Z"}
    late = headers | {"Date": "Wed, 18 Nov 2026 11:06:55 GMT"}

    assert (quota("jira", late, now=NOW).reset, quota("jira", headers, now=NOW).reset) == (5.0, 20.0)


@pytest.mark.parametrize(
    "headers",
    [
        {}, {"X-RateLimit-Limit": "350"}, {"X-RateLimit-Remaining": "3"}, {"X-RateLimit-Limit": "-3", "X-RateLimit-Remaining": "1"},
        {"X-RateLimit-Limit": "many", "X-RateLimit-Remaining": "few"}, {"X-RateLimit-Limit": "\u0663", "X-RateLimit-Remaining": "1"},
        {"Sforce-Limit-Info": "api-usage=1/2"}, {"X-RateLimit-Limit": "1e3", "X-RateLimit-Remaining": "1"},
    ],
)  # fmt: skip
def test_nonsense_says_nothing(headers):
    assert quota("jira", headers, now=NOW) is None


@pytest.mark.parametrize(
    "info", ["api-usage=1", "api-usage=1/0", "usage=1/2", "xapi-usage=1/2", "api-usage=a/b", "api-usage=1/2x"]
)
def test_a_usage_that_cannot_be_read_says_nothing(info):
    assert quota("salesforce", {"Sforce-Limit-Info": info}, now=NOW) is None


NAMES = [
    "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset",
    "X-Rate-Limit", "X-Rate-Limit-Remaining", "Sforce-Limit-Info", "Date",
]  # fmt: skip
VALUES = (
    st.text(max_size=12)
    | st.integers().map(str)
    | st.floats().map(str)
    | st.datetimes().map(str)
    | st.sampled_from(["api-usage=3/4", "inf", "nan", "1_0", "9" * 400])
)


@given(st.sampled_from([*TABLE, "other"]), st.dictionaries(st.sampled_from(NAMES), VALUES), st.floats(0, 4e9))
def test_whatever_a_header_says_a_quota_is_sane(system, headers, now):
    found = quota(system, headers, now=now)

    assert found is None or (0 <= found.remaining <= found.limit and 0 <= found.reset <= LONGEST)


@given(st.text() | st.integers(0, 10**12).map(str))
def test_a_number_is_a_small_one_or_none(text):
    assert number(text) is None or 0 <= number(text) <= 10**9


@given(st.floats(0, 3000), st.floats(0, 3e9))
def test_a_while_is_a_while_whatever_the_time(seconds, now):
    assert seconds_until(str(seconds), now) == pytest.approx(seconds)


@given(st.integers(0, 99), st.integers(0, 59), st.integers(0, 59), st.integers(0, 999))
def test_a_while_is_read_as_it_is_written(hours, minutes, seconds, thousandths):
    text = f"{hours}h{minutes}m{seconds}s{thousandths}ms"

    assert seconds_until(text, NOW) == pytest.approx(min(hours * 3600 + minutes * 60 + seconds + thousandths / 1000, LONGEST))
