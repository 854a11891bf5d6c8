"""Each guard, each right, each captured payload, and that there is a specimen of every connector at all."""

import json
import re
from datetime import timedelta

import pytest
from contract.bench import bench
from contract.specimen import HERE, NAMES, payload, specimen

from bot.connectors.about import abouts
from handlers.models import State

IGNORED = ("/_sandbox/",)


@pytest.mark.parametrize("name", NAMES)
def test_every_connector_can_be_tried(name):
    kept = specimen(name)

    assert kept.written, f"The specimen of {name} writes nothing: add a draft of each kind that the connector writes."
    assert {one.workflow for one in kept.written.values()} | kept.alike >= set(abouts()[name].workflows)
    assert payload(name).stat().st_size > 0


def test_there_is_no_specimen_of_a_connector_that_is_gone():
    assert sorted(file.parent.name for file in HERE.glob("*/specimen.py")) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
async def test_a_record_that_moved_is_not_written_over(name, drafts):
    async with bench(name, drafts) as it:
        written = it.specimen.first
        draft = await it.approved(written)
        await it.meddle(written)

        done = await it.carried(draft, await it.connector())

        assert (done.state, it.effects(written)) == (State.STALE, 0)
        assert it.wire.count(written.method, written.path) == 0


@pytest.mark.parametrize("name", NAMES)
async def test_a_field_that_is_not_in_its_facts_is_not_written(name, drafts):
    async with bench(name, drafts) as it:
        written = it.specimen.first
        draft = await it.approved(written.changing("no_such_field", "x"))

        done = await it.carried(draft, await it.connector())

        assert (done.state, it.effects(written)) == (State.FAILED, 0)
        assert "does not write the field no_such_field" in done.outcome
        assert it.wire.count(written.method, written.path) == 0


def matching(calls, method, path):
    """Those of the declared calls that a request is one of; `*` is one part of a path."""
    return [one for one in calls if re.fullmatch(re.escape(one).replace(r"\*", "[^/]+"), f"{method} {path}")]


@pytest.mark.parametrize("name", NAMES)
async def test_every_right_is_used_and_every_call_has_its_right(name):
    about = abouts()[name]
    declared = {call for calls in (*about.scopes.values(), about.unscoped) for call in calls}
    async with bench(name) as it:
        connector = await it.connector()
        await connector.account()
        await connector.past(await connector.read(it.specimen.record), limit=5)
        for written in it.specimen.written.values():
            draft = await it.drawn(written, connector)
            await connector.write(draft)
            assert await connector.landed(draft)
        if it.specimen.more:
            it.watch.step = timedelta(seconds=0.5)  # what is asked in one second may be too much for the vendor
            await it.specimen.more(connector)
        made = set(it.wire.asked)

    unknown = [f"{method} {path}" for method, path in made if not matching(declared, method, path)]
    used = {call for method, path in made for call in matching(declared, method, path)}
    assert sorted(unknown) == [], f"about.toml of {name} names no right for these calls"
    assert sorted(declared - used) == [], f"about.toml of {name} names calls that nobody makes"
    assert [scope for scope, calls in about.scopes.items() if not used & set(calls)] == []


@pytest.mark.parametrize("name", NAMES)
async def test_a_captured_answer_is_still_read(name, request):
    file = payload(name) if not request.config.getoption("--print-payloads", default=False) else None
    async with bench(name) as it:
        connector = await it.connector()
        record = await connector.read(it.specimen.record)
        answer = next(json.loads(text) for path, text in it.wire.answers.items() if re.search(it.specimen.reads, path))
        if file is None:
            (HERE / name / "payloads" / "record.json").write_text(json.dumps(answer, indent=1, ensure_ascii=False) + "\n")
            return
        captured = json.loads(file.read_text(encoding="utf-8"))
        it.arm("status", None, it.specimen.reads, status=200, body=captured, count=None)

        again = await connector.read(it.specimen.record)

        assert shape(captured) == shape(answer), "The stand-in answers in another shape than the one that was captured."
        assert (again.id, again.title, set(again.fields)) == (record.id, record.title, set(record.fields))


def shape(data):
    """The names and kinds of values, without the values. An empty value may stand for any."""
    if isinstance(data, dict):
        return {key: shape(value) for key, value in data.items()}
    if isinstance(data, list):
        return [shape(item) for item in data[:1]]
    return type(data).__name__
