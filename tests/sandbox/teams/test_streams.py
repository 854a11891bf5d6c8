"""Messages that grow: what the stand-in keeps of the pieces, and when it takes no further one."""

import pytest
from sandbox.teams.callers import card, said

from bot.sandbox.teams.state import GENERAL


@pytest.fixture
def chat(teams) -> str:
    return teams.tenant.personal("ada").id


def piece(text, number, name="", kind="streaming"):
    info = {"type": "streaminfo", "streamType": kind, "streamSequence": number}
    return {"type": "typing", "text": text, "entities": [{**info, **({"streamId": name} if name else {})}]}


def final(text, name, content=None):
    return said(content, text=text, entities=[{"type": "streaminfo", "streamType": "final", "streamId": name}])


def refusal(answer) -> tuple[int, str]:
    status, body = answer
    return status, body["error"]["message"]


async def test_pieces_become_one_message(teams, client, chat):
    status, begun = await client.send(chat, piece("Looking…", 1, kind="informative"))
    name = begun["id"]
    answers = [await client.send(chat, piece(text, n, name)) for n, text in ((2, "Five"), (3, "Five days"))]
    message = teams.tenant.message(chat, name)
    growing = (message.text, message.is_streaming)
    end = await client.send(chat, final("Five days [1].", name, card()))

    assert (status, answers, end, growing) == (201, [(202, {})] * 2, (202, {}), ("Five days", True))
    assert message.streamed == ["Looking…", "Five", "Five days"]
    assert (message.text, message.is_streaming, len(teams.tenant.conversation(chat).messages)) == ("Five days [1].", False, 1)
    assert message.card() == card()
    assert teams.refused == []


async def test_a_finished_or_stopped_stream_takes_nothing(teams, client, chat):
    name = await client.post(chat, piece("Five", 1))
    await client.send(chat, final("Five days", name))
    other = await client.post(chat, piece("Six", 1))
    teams.drive.stop(chat, other)

    assert refusal(await client.send(chat, piece("Five days more", 2, name)))[0] == 403
    assert refusal(await client.send(chat, final("Six days", other))) == (403, "Content stream was cancelled by user.")
    assert refusal(await client.send(chat, final("x", "1")))[0] == 400
    with pytest.raises(LookupError, match="Nothing is being streamed"):
        teams.drive.stop(chat, other)


async def test_two_minutes_are_the_end_but_the_message_can_be_changed(teams, client, chat):
    name = await client.post(chat, piece("Five", 1))
    teams.tenant.message(chat, name).born -= 121

    assert refusal(await client.send(chat, final("Five days", name))) == (
        403,
        "Content stream finished due to exceeded streaming time.",
    )
    assert (await client.call("PUT", chat, "activities", name, body=said(text="Five days")))[0] == 200
    assert not teams.tenant.message(chat, name).is_streaming


async def test_one_stream_at_a_time_and_not_too_fast(teams, client, chat):
    name = await client.post(chat, piece("Five", 1))
    second = await client.send(chat, piece("Six", 1))
    teams.tenant.stream_pace = 60.0
    fast = await client.send(chat, piece("Five days", 2, name))

    assert (refusal(second), refusal(fast)) == ((403, "Content stream is not allowed."), (429, "API calls quota exceeded"))


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (lambda name: piece("Seven", 3, name), "does not begin with what was streamed"),
        (lambda name: piece("Five days", 1, name), "streamSequence is 1, after 2"),
        (lambda name: piece("", 3, name), "text is missing in a piece"),
        (lambda name: final("", name), "text and attachments are missing"),
    ],
)
async def test_a_piece_that_does_not_fit_is_refused(teams, client, chat, sent, words):
    name = await client.post(chat, piece("Fi", 1))
    await client.send(chat, piece("Five", 2, name))

    assert (await client.send(chat, sent(name)))[0] == 400
    assert words in " ".join(teams.refused[0]["problems"])


async def test_a_piece_that_comes_twice_is_dropped(teams, client, chat):
    name = await client.post(chat, piece("Five", 1))

    status, body = await client.send(chat, piece("Five", 1, name))

    assert (status, body["error"]["code"], teams.refused) == (202, "ContentStreamSequenceOrderPreConditionFailed", [])
    assert teams.tenant.message(chat, name).streamed == ["Five"]


async def test_streams_begin_with_one_in_a_personal_chat(teams, client, chat):
    late = await client.send(chat, piece("Five", 2))
    elsewhere = await client.send(GENERAL, piece("Five", 1))

    assert (late[0], elsewhere[0], len(teams.refused)) == (400, 400, 2)
