"""An embedding model behind the Embedder port: batches, lengths, texts that no server takes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from language import running

from bot.llm.embedder import BYTES, LONGEST, TEXTS, ModelEmbedder, batches, cut
from bot.llm.nearest import Nearest
from bot.llm.openai.server import OpenAI
from bot.llm.provider import Embedded, Usage
from bot.net.http import Http
from bot.sandbox.openai.server import EMBEDDING_MODEL
from handlers.errors import Unavailable
from handlers.models import Record
from knowledge.ports import Embedder

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the document that requests are checked against


@pytest.fixture
async def asked():
    """An embedder over real HTTP, and the requests that it makes."""
    async with running() as standin, Http() as http:
        provider = OpenAI(http, base_url=standin.base_url, key=standin.key, embedding_model=EMBEDDING_MODEL)
        found = await ModelEmbedder.open(lambda texts: provider.embed(texts, within=20), EMBEDDING_MODEL)
        standin.received.clear()
        yield found, standin.received


async def test_it_stands_where_the_local_model_stands(asked):
    found, requests = asked
    port: Embedder = found

    vectors = await port.embed(["a refund", "", "x" * 20_000, "a boat"])

    assert (port.id, vectors.shape, str(vectors.dtype)) == ("harbour-embedding-64", (4, 64), "float32")
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert [len(text) for text in requests[0].body["input"]] == [8, 1, LONGEST, 6]
    assert (await port.embed([])).shape == (0, 64)
    assert [each.shape for each in await port.tokens(["a", "b c"])] == [(0, 64), (0, 64)]
    assert (port.count("a" * 400), port.count(""), len(requests)) == (100, 0, 1)


async def test_many_texts_go_in_several_requests_and_come_back_in_order(asked):
    found, requests = asked
    texts = [f"word{number}" for number in range(TEXTS * 2 + 3)]

    vectors = await found.embed(texts)

    assert [len(request.body["input"]) for request in requests] == [TEXTS, TEXTS, 3]
    assert np.allclose(vectors[-1], (await found.embed([texts[-1]]))[0], atol=1e-6)


async def test_near_records_are_found_with_it(asked):
    records = [
        Record("jira", "issue", key, "1", title, "", {}, "") for key, title in (("A-1", "payment fails"), ("A-2", "new boat"))
    ]

    [(nearest, _)] = await Nearest(asked[0])(Record("jira", "issue", "A-3", "1", "payment refused", "", {}, ""), records, limit=1)

    assert nearest.title == "payment fails"


async def test_a_known_model_is_not_asked_for_its_length_and_another_length_later_is_refused():
    async def embed(texts):
        return Embedded(np.ones((len(texts), 3), dtype=np.float32), Usage("m", 1))

    found = await ModelEmbedder.open(embed, "text-embedding-3-small")

    assert found.id == "text-embedding-3-small-1536"
    with pytest.raises(Unavailable, match="3 numbers, no longer of 1536"):
        await found.embed(["a"])


@given(st.text(max_size=30) | st.text(min_size=1, max_size=5, alphabet="a\u00e9\u20ac\U0001f600").map(lambda text: text * 2_500))
def test_a_text_is_cut_to_what_fits_and_is_never_empty(text):
    found = cut(text)

    assert 0 < len(found.encode()) <= LONGEST
    assert found == " " or text.encode("utf-8", "replace").startswith(found.encode())
    assert found in (" ", text.encode("utf-8", "replace").decode()) or len(found.encode()) > LONGEST - 4


@given(st.lists(st.sampled_from(["a", "b" * 100, "c" * LONGEST]), max_size=200))
def test_batches_hold_every_text_once_and_fit_a_request(texts):
    found = list(batches(texts))

    assert [text for batch in found for text in batch] == texts
    assert all(batch and len(batch) <= TEXTS and sum(map(len, batch)) <= BYTES for batch in found)
