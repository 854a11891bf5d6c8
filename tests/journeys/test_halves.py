"""web and worker: real processes on a real PostgreSQL, Redis and Chroma server, taken away one after the other."""

import shutil
import signal

import pytest
from programs import RULES, Bot, Process

from bot.settings.keys import FILES

pytestmark = [pytest.mark.timeout(300), pytest.mark.chaos]
KEYS = {"SECRET_KEY": "one secret for all", "AUDIT_KEY": "another secret for all"}


class Web(Bot):
    """The half that takes in what people say."""

    command = "web"


@pytest.fixture
def keys():
    """What is set of the keys; a test may set none."""
    return KEYS


@pytest.fixture
def servers(postgres_url, redis, chroma):
    return {"DATABASE_URL": postgres_url, "REDIS_URL": redis.url, "CHROMA_URL": chroma}


@pytest.fixture
def shared(environment, vendors, servers, keys):
    """The settings that every process gets, but for its data directory."""
    return environment | vendors.settings | servers | keys | {"CONFIG_FILE": str(RULES), "PLAYGROUND": "on"}


@pytest.fixture
async def worker(shared, tmp_path, wait_until):
    """Start workers, each with a data directory of its own; `copied` are files of the first process's."""
    running = []

    async def start(copied=()):
        folder = tmp_path / f"worker{len(running)}"
        folder.mkdir()
        for name in copied:
            shutil.copy(tmp_path / "data" / name, folder / name)
        process = await Process("bot", "worker", environment=shared | {"DATA_DIR": str(folder)}).start()
        running.append(process)
        await wait_until(lambda: process.said("is ready after"), within=90)
        return process

    yield start
    for process in running:
        await process.end(signal.SIGKILL)


@pytest.fixture
async def web(http, shared, wait_until):
    half = Web(http, shared, wait_until)
    await half.start()
    yield half
    await half.process.end(signal.SIGTERM)


async def readiness(web):
    async with web.http.get(f"{web.url}/readyz") as answer:
        return answer.status, await answer.json()


async def test_what_one_half_takes_in_the_other_does_whatever_dies(web, worker, vendors):
    await web.say("/triage SUP-21")
    code, waiting = await web.cli("jobs", "list")  # done by the owner, which runs no job
    assert (code, waiting.count("\n"), "pending    call      0 attempts" in waiting) == (0, 0, True)
    first = await worker()
    card = await web.card("pending")

    await vendors.break_next("JIRA", kind="delay", method="PUT", seconds=8.0, after=True)
    await web.press(card, "approve", person="bo")

    async def under_way():
        return len(await vendors.writes("JIRA", "SUP-21")) == 1

    await web.wait(under_way)
    await first.end(signal.SIGKILL)
    await worker()

    async def written():
        return (await web.page()).select("section.card[data-state=written]")

    await web.wait(written, within=90)
    assert len(await vendors.writes("JIRA", "SUP-21")) == 1


async def is_refused(stranger):
    """A half with keys of its own does not start, and the doctor says so beforehand."""
    for command in ("worker", "check"):
        code, output = await stranger.cli(command)
        assert (code, output.count("SECRET_KEY and AUDIT_KEY are not set")) == (1, 1), output
    assert output.count("fail  keys: ") == 1


@pytest.mark.parametrize("keys", [{}])
async def test_without_keys_and_redis_people_are_answered_and_health_says_so(web, worker, redis, shared, tmp_path):
    await is_refused(Web(web.http, shared | {"DATA_DIR": str(tmp_path / "stranger")}, web.wait))
    await worker(copied=FILES.values())
    await redis.stop()

    async def degraded():
        status, said = await readiness(web)
        return said if said["reasons"] else assert_ready(status)

    said = await web.wait(degraded)
    assert (said["ready"], said["degraded"], list(said["reasons"])) == (True, True, ["redis"])
    await web.say("/bot status")
    await web.shows("Dead letters: 0")

    await redis.start()

    async def recovered():
        return await readiness(web) == (200, {"ready": True, "reasons": {}})

    await web.wait(recovered, within=90)
    assert (await web.cli("audit", "verify"))[0] == 0


def assert_ready(status):
    assert status == 200


async def test_what_cannot_be_shared_is_refused_all_at_once(alone):
    for half in ("web", "worker"):
        code, output = await alone.cli(half)

        assert code == 1
        sentences = output.splitlines()
        assert [name for name in ("DATABASE_URL", "REDIS_URL", "CHROMA_URL") if name in output]
        assert len(sentences) == 3
        assert all(sentence.startswith(f"countersign: `{half}` needs ") for sentence in sentences)
