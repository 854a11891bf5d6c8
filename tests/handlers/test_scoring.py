"""The lead score: every signal is worth its points, says why, and nothing leaves 0 to 100."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.models import Record
from handlers.scoring import FIT, INTENT, NURTURE, SALES, score

TODAY = date(2026, 11, 20)
NAMES = (
    "name", "email", "job", "company", "industry", "employees", "country", "stage", "status", "outcome", "visits", "forms", "form",
    "replied", "active",
)  # fmt: skip


def lead(**fields):
    return Record("hubspot", "contact", "701", "v", "Mira", "", dict.fromkeys(NAMES, "") | fields)


def lines(past=(), **fields):
    return {signal.line for signal in score(lead(**fields), past, today=TODAY).signals}


WON = [lead(industry="SPORTS", country="GB", outcome="won")] * 3
LOST = lead(industry="SPORTS", country="GB", outcome="lost")


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"job": "Managing director"}, "+15 decides: Managing director"),
        ({"job": "Geschäftsführerin"}, "+15 decides: Geschäftsführerin"),
        ({"job": "Co-founder"}, "+15 decides: Co-founder"),
        ({"job": "Shop manager"}, "+8 has a say: Shop manager"),
        ({"employees": "50"}, "+12 the company has 50 people"),
        ({"employees": "49.0", "company": "Kestrel"}, "+8 Kestrel has 49 people"),
        ({"employees": "9"}, "+3 the company has 9 people"),
        ({"email": "mira@kestrel.example", "company": "Kestrel"}, "+8 writes from the company's address at kestrel.example"),
        ({"form": "Demo request"}, "+18 sent the form “Demo request”"),
        ({"forms": "2"}, "+6 sent 2 forms"),
        ({"visits": "20"}, "+8 looked at 20 pages"),
        ({"visits": "19"}, "+4 looked at 19 pages"),
        ({"replied": "2026-08-22T09:00:00Z"}, "+10 answered on 2026-08-22"),
        ({"active": "2026-11-06"}, "+8 was active on 2026-11-06"),
        ({"active": "2026-11-05"}, "+4 was active on 2026-11-05"),
        ({"active": "2026-05-24"}, "-15 has not been heard of since 2026-05-24"),
        ({"outcome": "lost", "status": "UNQUALIFIED"}, "-25 was given up before: unqualified"),
        ({"outcome": "lost"}, "-25 was given up before: lost"),
    ],
)
def test_what_speaks_for_somebody(fields, line):
    assert lines(**fields) == {line}


@pytest.mark.parametrize(
    "fields",
    [
        {}, {"job": "Student"}, {"job": "Ownership studies"}, {"employees": "many"}, {"employees": "-5"}, {"email": "a@gmail.com", "company": "K"},
        {"email": "mira@kestrel.example"}, {"form": "Newsletter"}, {"forms": "1"}, {"visits": "4"}, {"replied": "2026-08-21"},
        {"active": "2026-09-20"}, {"active": "soon"}, {"outcome": "won"}, {"industry": "SPORTS"},
    ],
)  # fmt: skip
def test_what_says_nothing(fields):
    assert lines(**fields) == set()


def test_past_customers_say_where_we_sell():
    assert lines([*WON, LOST], industry="SPORTS") == {"+10 industry sports: 3 customers, 1 lost"}
    assert lines([*WON, LOST], country="gb") == {"+5 country gb: 3 customers, 1 lost"}
    assert lines(WON[:1], industry="SPORTS") == set()
    assert lines([*WON, *[LOST] * 3], industry="SPORTS") == set()


def test_the_best_lead_has_every_point():
    best = lead(
        job="Owner", employees="80", industry="SPORTS", country="GB", email="m@k.example", company="K", form="Pricing", forms="3",
        visits="40", replied="2026-11-19", active="2026-11-20",
    )  # fmt: skip

    found = score(best, WON, today=TODAY)

    assert (found.fit, found.intent, found.points) == (FIT, INTENT, 100)
    assert found.sentence == "score 100 of 100: fit 50 of 50, intent 50 of 50"
    assert found.strongest() == ("+18 sent the form “Pricing”", "+15 decides: Owner", "+12 K has 80 people")


@pytest.mark.parametrize(("points", "route"), [(SALES, "sales pipeline"), (NURTURE, "kept warm"), (NURTURE - 1, "newsletter")])
def test_the_border_of_a_route_belongs_to_the_better_one(points, route):
    class Fixed(type(score(lead(), (), today=TODAY))):
        @property
        def points(self):
            return points

    assert route in Fixed(()).route


words = st.text(max_size=8)
anything = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(NAMES, words),
        "employees": words | st.integers(-1, 10**12).map(str),
        "visits": words | st.integers(0, 10**6).map(str),
        "active": words | st.dates().map(str),
        "outcome": st.sampled_from(["won", "lost", ""]),
    },
)


@given(anything, st.lists(anything, max_size=4), st.dates())
def test_a_score_stays_in_its_bounds_and_adds_up(fields, past, today):
    found = score(lead(**fields), [lead(**one) for one in past], today=today)

    assert 0 <= found.points == found.fit + found.intent <= 100
    assert sum(signal.points for signal in found.signals if signal.half == "fit") <= FIT
    assert sum(signal.points for signal in found.signals if signal.half == "intent") <= INTENT
    weights = [abs(signal.points) for signal in found.signals]
    assert weights == sorted(weights, reverse=True)


@given(anything, st.integers(0, 400))
def test_time_alone_never_makes_a_lead_better(fields, days):
    fields = {**fields, "active": "2026-11-01", "replied": "2026-11-01"}
    soon, late = (score(lead(**fields), (), today=TODAY + timedelta(days=days + more)).points for more in (0, 30))

    assert late <= soon
