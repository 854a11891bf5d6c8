"""What may be shown in a channel, as a pure question: every step only takes away."""

from hypothesis import given
from hypothesis import strategies as st

from bot.members.audience import combined, said_of, shared
from bot.settings import Configuration
from handlers.models import EVERYONE

names = st.sampled_from([EVERYONE, "support", "leads", "@payments", "hr"])
audience = st.frozensets(names).map(lambda some: some | {EVERYONE})
said = st.none() | st.frozensets(names)


@given(st.lists(audience), said)
def test_nobody_reads_what_they_could_not_read_alone(people, configured):
    shown = combined(shared(people), configured)

    assert EVERYONE in shown
    assert all(shown <= person for person in people)


@given(st.lists(audience), said)
def test_the_file_only_narrows(people, configured):
    members = shared(people)

    assert combined(members, configured) <= members
    assert combined(members, None) == members
    assert configured is None or combined(members, configured) <= configured | {EVERYONE}


@given(st.lists(audience, min_size=1), audience)
def test_another_member_only_narrows(people, newcomer):
    assert shared([*people, newcomer]) <= shared(people)
    assert shared([*people, people[0]]) == shared(people)


@given(audience)
def test_alone_it_is_what_the_person_may_read(person):
    assert combined(shared([person]), None) == person


def test_where_there_is_nobody_only_what_everyone_may_read():
    assert shared([]) == {EVERYONE}


def test_what_the_file_says():
    file = Configuration.model_validate(
        {"channels": {"slack:T1/C1": {"audience": ["support"]}, "slack:T1/D1": {"answer": "all"}}}
    )

    assert said_of(file, "slack:T1/C1", is_alone=False) == {"support"}
    assert said_of(file, "slack:T1/C2", is_alone=False) == {EVERYONE}
    assert said_of(file, "slack:T1/D1", is_alone=True) == {EVERYONE}
    assert said_of(file, "slack:T1/D2", is_alone=True) is None
