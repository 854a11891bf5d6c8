"""What a mark is and what it proves: addresses in one spelling, no free mail, no group of two people. Pure, so hypothesis looks at it."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.links.linking import MOST_TOGETHER, Known, Link, Mark, address, company, known, marks, ties, together
from handlers.models import Record

TICKET = Record("zendesk", "ticket", "153", "v", "Charged twice", "See SUP-21.", {}, author=frozenset({"zendesk:4", "ines@sunline.example"}),
                outside_text=True)  # fmt: skip
CONTACT = Record("hubspot", "contact", "721", "v", "Inés", "", {"email": "Ines@Sunline.example"}, "https://h.example/721")


def kept(key, *emails, what="person", kind="contact"):
    system, _, name = key.partition("/")
    return Known(system, kind, name, key, "", frozenset(Mark(what, email) for email in emails))


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("Ines@Sunline.example", "ines@sunline.example"),
        (" mailto:ines@sunline.example. ", "ines@sunline.example"),
        ("ines@bücher.example", "ines@xn--bcher-kva.example"),
        ("ines+boats@sunline.example", "ines+boats@sunline.example"),
        ("no-reply@sunline.example", ""),
        ("do_not_reply+7@sunline.example", ""),
        ("hubspot:60002", ""),
        ("ines@sunline", ""),
        ("ines@127.0.0.1", ""),
        ("a b@sunline.example", ""),
        ("", ""),
    ],
)
def test_an_address_has_one_spelling(text, spelling):
    assert address(text) == spelling


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("ines@sunline.example", "sunline.example"),
        ("https://www.Sunline.example/boats?x=1", "sunline.example"),
        ("sunline.example", "sunline.example"),
        ("mail.sunline.example", "mail.sunline.example"),
        ("gmail.sunline.example", "gmail.sunline.example"),
        ("ines@gmail.com", ""),
        ("ines@yahoo.co.uk", ""),
        ("ines@hotmail.com.br", ""),
        ("ines@gmx.de", ""),
        ("web.de", ""),
        ("https://[broken", ""),
        ("nothing here", ""),
        ("", ""),
    ],
)
def test_a_company_is_its_domain_but_never_one_of_free_mail(text, domain):
    assert company(text) == domain


@given(st.text(max_size=40) | st.from_regex(r"[ \w.+-]{1,12}@[\w.-]{1,12}\.[a-z]{2,6}", fullmatch=True))
def test_the_one_spelling_is_a_fixed_point(text):
    assert address(address(text)) == address(text)
    assert company(company(text)) == company(text)


def test_marks_of_records():
    person, firm = Mark("person", "ines@sunline.example"), Mark("company", "sunline.example")
    issue = Record("jira", "issue", "SUP-21", "v", "t", "", {}, author=frozenset({"ada@harbourlight.example"}))

    assert marks(CONTACT) == {person, firm}
    assert marks(TICKET) == {person, firm, Mark("case", "SUP-21")}
    assert marks(replace(TICKET, outside_text=False)) == {Mark("case", "SUP-21")}
    assert marks(issue) == {Mark("case", "SUP-21")}
    assert marks(Record("salesforce", "account", "001", "v", "t", "", {"website": "https://www.sunline.example"})) == {firm}
    assert known(CONTACT) == Known("hubspot", "contact", "721", "Inés", "https://h.example/721", frozenset({person, firm}))


def test_a_list_of_keys_is_no_reference():
    text = " ".join(f"SUP-{number}" for number in range(1, 30))

    assert not [mark for mark in marks(replace(TICKET, text=text)) if mark.what == "case"]
    assert not [mark for mark in marks(replace(TICKET, text="UTF-08 ABC-1-2 x-SUP-3 sup-4")) if mark.what == "case"]


def test_each_link_has_its_reason_and_how_sure_it_is():
    ticket, contact = replace(known(TICKET), at=5.0), replace(known(CONTACT), at=7.0)
    firm = known(Record("hubspot", "company", "801", "v", "t", "", {"domain": "sunline.example"}))

    assert ties(ticket, contact) == [
        Link("hubspot/contact/721", "zendesk/ticket/153", "person", "the same e-mail address", 0.95, 7.0)
    ]
    assert [(link.reason, link.confidence) for link in ties(ticket, firm)] == [("the same company domain", 0.6)]
    assert [link.confidence for link in ties(kept("a/1", "x.example", what="company", kind="account"), firm)] == []
    assert ties(contact, firm) == []  # one system knows its own
    shared = [kept(name, "info@sunline.example") for name in ("a/1", "b/1")]
    assert [(link.reason, link.confidence) for link in ties(*shared)] == [("the same shared mailbox", 0.6)]
    issue = known(Record("jira", "issue", "SUP-21", "v", "t", "", {}))
    assert [(link.what, link.reason) for link in ties(issue, ticket)] == [("case", "the ticket names SUP-21")]


EMAILS = [f"p{number}@x.example" for number in range(4)]
RECORDS = st.dictionaries(
    st.from_regex(r"[abc]/[0-9]", fullmatch=True), st.lists(st.sampled_from(EMAILS), max_size=1), min_size=1, max_size=14
)


@given(RECORDS, st.integers(0, 10**6), st.data())
def test_groups_are_a_partition_whatever_the_order_and_hold_one_person_each(emails, seed, data):
    records = [kept(key, *found) for key, found in emails.items()]
    names = sorted(one.key for one in records)
    said = st.tuples(st.sampled_from(names), st.sampled_from(names), st.sampled_from([0.5, 0.6, 0.95, 1.0]))
    links = [Link(*sorted(pair), "person", "r", sure, 0.0) for *pair, sure in data.draw(st.lists(said, max_size=20))]

    groups = together(records, links)
    shuffled = random.Random(seed)  # noqa: S311 - an order, not a secret
    assert sorted(key for group in groups for key in group) == names
    assert together(shuffled.sample(records, len(records)), shuffled.sample(links, len(links)) + links) == groups
    for group in groups:
        assert len({email for one in records if one.key in group for email in one.emails}) <= 1


def test_nobody_in_between_joins_two_people():
    records = [kept("a/1", "p@x.example"), kept("b/1"), kept("c/1", "q@x.example")]
    links = [Link("a/contact/1", "b/contact/1", "person", "r", 0.9, 0), Link("b/contact/1", "c/contact/1", "person", "r", 0.8, 0)]

    assert together(records, links) == [frozenset({"a/contact/1", "b/contact/1"}), frozenset({"c/contact/1"})]


def test_a_group_has_a_cap():
    records = [kept(f"{'ab'[number % 2]}/{number}", "info@x.example") for number in range(2 * MOST_TOGETHER)]
    links = [link for one in records for other in records if one.key < other.key for link in ties(one, other)]

    assert max(map(len, together(records, links))) == MOST_TOGETHER
