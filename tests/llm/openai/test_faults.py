"""Every fault of a server: what the port raises, when, and whether the breaker counts it. One call, one count."""

import asyncio
import time

import pytest

from bot.llm.openai.refusals import ModelRefused
from bot.net.breaker import Breakers, CircuitOpen, Rule
from bot.net.budget import within
from bot.net.http import Http
from bot.net.outcome import Unanswered
from bot.sandbox.faults import Fault
from bot.sandbox.openai.server import NO_MONEY
from bot.watch.metrics import REGISTRY
from handlers.errors import Busy, Unavailable

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the document that requests are checked against
WITHIN = 1.0
QUICK = Rule(rest=0.3)
REFUSED = {
    "error": {"message": "Incorrect API key provided: sk-secret. How do refunds work?", "type": "x", "code": None, "param": None}
}
TABLE = [
    # fault, what is raised, how it is put, whether the breaker counts a failure
    (Fault("delay", seconds=0.1), None, "", False),
    (Fault("delay", seconds=1.2), Unanswered, "did not answer in time", True),
    (Fault("hang"), Unanswered, "did not answer in time", True),
    (Fault("hang", after=True), Unanswered, "did not answer in time", True),
    (Fault("reset"), Unanswered, "broke off", True),
    (Fault("reset", after=True), Unanswered, "broke off", True),
    (Fault("half_body"), Unanswered, "broke off", True),
    (Fault("malformed"), Unanswered, "no answer", True),
    (Fault("status", status=500), Unanswered, "status 500", True),
    (Fault("status", status=503, retry_after=3), Unanswered, "status 503", True),
    (Fault("status", status=408), Unanswered, "status 408", True),
    (Fault("status", status=200, body={"choices": []}), Unanswered, "no answer", True),
    (Fault("status", status=200, body={"choices": [{"message": {"content": 7}}]}), Unanswered, "no answer", True),
    (Fault("status", status=200, body={"choices": [{"message": {"content": None}}]}), Unanswered, "no answer", True),
    (Fault("status", status=200, body=[1, 2]), Unanswered, "no answer", True),
    (Fault("status", status=200), Unanswered, "no answer", True),
    (Fault("status", status=429, body=NO_MONEY), Unavailable, "no money left", True),
    (Fault("status", status=429), Busy, "come back in 1 seconds", False),
    (Fault("status", status=429, retry_after=7), Busy, "come back in 7 seconds", False),
    (Fault("status", status=401, body=REFUSED), ModelRefused, "OPENAI_API_KEY", False),
    (Fault("status", status=403, body=REFUSED), ModelRefused, "rights", False),
    (Fault("status", status=404, body=REFUSED), ModelRefused, "OPENAI_MODEL", False),
    (Fault("status", status=400, body=REFUSED), ModelRefused, "status 400", False),
    (Fault("status", status=413), ModelRefused, "too long", False),
    (Fault("status", status=302), ModelRefused, "status 302", False),
]
NAMES = [f"{fault.kind} {fault.status if fault.kind == 'status' else ''} {words}" for fault, _, words, _ in TABLE]


@pytest.mark.parametrize("case", TABLE, ids=NAMES)
async def test_a_fault_of_a_whole_answer(model, case, tried, wait_until):
    fault, error, words, counts = case
    model.standin.faults.add(fault)
    await model.provider.load()

    told, seconds, failures = await tried(lambda: model.ask(within=WITHIN))

    assert (type(told) if told else None, failures) == (error, counts)
    assert words in str(told or "")
    assert "sk-secret" not in f"{told!r} {getattr(told, 'data', '')!r}"
    assert "refunds" not in f"{told!r}"
    assert seconds < WITHIN + 1
    await wait_until(lambda: model.standin.received)
    assert len(model.standin.received) == 1


@pytest.mark.parametrize("case", [TABLE[i] for i in (2, 4, 8, 16, 18, 19)])
async def test_a_fault_before_a_stream_and_of_vectors(model, case, tried):
    fault, error, words, counts = case
    await model.provider.load()
    for ask in (lambda: model.stream(within=WITHIN), lambda: model.provider.embed(["a"], within=WITHIN)):
        model.standin.faults.add(fault)

        told, seconds, failures = await tried(ask)

        assert (type(told), failures) == (error, counts)
        assert words in str(told)
        assert seconds < WITHIN + 1
        if error is Busy:
            return  # nobody asks again before the time is over


async def test_a_server_that_is_not_there(connect, http, unused_port):
    model = connect(http, base_url=f"http://127.0.0.1:{unused_port}/v1")
    await model.provider.load()
    started = time.monotonic()

    with pytest.raises(Unavailable, match="cannot be reached"):
        await model.ask(within=5)

    assert time.monotonic() - started < 4


async def test_after_a_429_no_worker_asks_until_the_time_has_come(connect, redis):
    from bot.net.pace import Pace  # noqa: PLC0415 - of this test alone

    async with Pace(redis.url) as first, Pace(redis.url) as second, Http(pace=first) as one, Http(pace=second) as two:
        here, there = connect(one), connect(two)
        here.standin.faults.add(Fault("status", status=429, retry_after=30))
        with pytest.raises(Busy, match="30 seconds"):
            await here.ask()

        for other in (here, there):
            with pytest.raises(Busy) as told:
                await other.ask()
            assert told.value.after > 20
    assert len(here.standin.received) == 1


async def test_what_the_headers_say_is_left_holds_for_all(connect, redis):
    from bot.net.pace import Pace  # noqa: PLC0415 - of this test alone

    async with Pace(redis.url) as first, Pace(redis.url) as second, Http(pace=first) as one, Http(pace=second) as two:
        here, there = connect(one), connect(two)
        here.standin.ways.headers = {
            "x-ratelimit-limit-requests": "100", "x-ratelimit-remaining-requests": "5", "x-ratelimit-reset-requests": "1m30s",
        }  # fmt: skip
        await here.ask()

        with pytest.raises(Busy, match="lets nobody ask more") as told:
            await there.ask()
        assert 60 < told.value.after < 120


async def test_a_question_that_has_to_wait_longer_than_its_time_was_not_asked(model, tried):
    model.standin.faults.add(Fault("status", status=429, retry_after=1))
    with pytest.raises(Busy):
        await model.ask()

    told, seconds, counts = await tried(lambda: model.ask(within=0.3))

    assert (isinstance(told, Busy), counts, len(model.standin.received)) == (True, False, 1)
    assert seconds < 1


async def test_the_time_that_a_job_has_left_cuts_a_call_short(model):
    model.standin.faults.add(Fault("hang"))
    await model.provider.load()
    started = time.monotonic()

    with within(0.4), pytest.raises(Unavailable, match="in time"):
        await model.ask(within=60)

    assert time.monotonic() - started < 4
    with within(0.05), pytest.raises(Unavailable, match="no time left"):
        await model.ask(within=60)
    assert len(model.standin.received) == 1


@pytest.fixture(params=["memory", "redis"])
def url(request, redis):
    """Where the breaker's state is."""
    return "memory://" if request.param == "memory" else redis.url


async def test_the_breaker_opens_and_closes_as_counted(connect, url, wait_until):
    async with Breakers(url, rule=QUICK) as breakers, Http(breakers=breakers) as http:
        model = connect(http)
        model.standin.faults.add(Fault("status", status=500, count=None))
        for _ in range(QUICK.calls):
            with pytest.raises(Unavailable, match="status 500"):
                await model.ask()
        assert len(model.standin.received) == QUICK.calls

        with pytest.raises(CircuitOpen, match="Model failed too often"):
            await model.ask()
        with pytest.raises(CircuitOpen):
            await model.stream()
        assert len(model.standin.received) == QUICK.calls
        assert REGISTRY.get_sample_value("bot_breaker_state", {"dependency": "model"}) == 2

        model.standin.faults.clear()
        assert await wait_until(lambda: answered(model))
        assert REGISTRY.get_sample_value("bot_breaker_state", {"dependency": "model"}) == 0


async def answered(model):
    """Whether the one question that may go first has been answered."""
    try:
        return bool((await model.ask()).text)
    except CircuitOpen:
        return False


async def test_refusals_and_what_a_model_does_not_want_to_say_open_nothing(model):
    model.standin.ways.mood = "refuses"
    for _ in range(12):
        assert (await model.ask()).end == "refused"
    model.standin.faults.add(Fault("status", status=401, count=12))
    for _ in range(12):
        with pytest.raises(ModelRefused):
            await model.ask()

    assert (await model.ask()).end == "refused"


async def test_a_question_that_is_given_up_counts_for_nothing(model, wait_until, count):
    model.standin.faults.add(Fault("hang"))
    await model.provider.load()
    before = count("unavailable")
    asking = asyncio.create_task(model.ask(within=20))
    await wait_until(lambda: model.standin.received)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking

    assert count("unavailable") == before
    assert (await model.ask()).text
