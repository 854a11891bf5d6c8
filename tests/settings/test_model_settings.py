"""The language model: a key alone is enough, any other server has to be told, and nothing is set without effect."""

import pytest

OLLAMA = {"OPENAI_BASE_URL": "http://127.0.0.1:11434/v1", "OPENAI_MODEL": "llama3.1"}


def test_without_key_and_address_the_bot_is_offline(loaded):
    assert not loaded().has_model


@pytest.mark.parametrize(
    ("given", "model"),
    [
        ({"OPENAI_API_KEY": "sk-x"}, "gpt-4.1-mini"),
        ({"OPENAI_API_KEY": "sk-x", "OPENAI_MODEL": "gpt-4o"}, "gpt-4o"),
        (OLLAMA, "llama3.1"),
        (OLLAMA | {"OPENAI_EMBEDDING_MODEL": "nomic"}, "llama3.1"),
        ({"OPENAI_BASE_URL": "https://a.openai.azure.com/openai/deployments/d?api-version=1", "OPENAI_MODEL": "d", "OPENAI_API_KEY": "k"}, "d"),
    ],
)  # fmt: skip
def test_a_key_or_an_address_with_a_model_is_enough(loaded, given, model):
    settings = loaded(**given)

    assert (settings.has_model, settings.language_model) == (True, model)


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({"OPENAI_BASE_URL": OLLAMA["OPENAI_BASE_URL"]}, ["OPENAI_BASE_URL needs OPENAI_MODEL"]),
        ({"OPENAI_BASE_URL": OLLAMA["OPENAI_BASE_URL"], "OPENAI_EMBEDDING_MODEL": "e"}, ["OPENAI_BASE_URL needs OPENAI_MODEL"]),
        ({"OPENAI_MODEL": "m", "OPENAI_EMBEDDING_MODEL": "e"}, ["OPENAI_MODEL needs", "OPENAI_EMBEDDING_MODEL needs"]),
        ({"OPENAI_API_KEY": "two words"}, ["OPENAI_API_KEY must be"]),
        ({"OPENAI_API_KEY": "sk-\u00fc"}, ["OPENAI_API_KEY must be"]),
        ({"OPENAI_BASE_URL": "http://llm.example/v1", "OPENAI_MODEL": "m"}, ["OPENAI_BASE_URL must use https"]),
    ],
)
def test_what_is_missing_is_said_at_start(complaints, given, names):
    found = complaints(**given)

    assert len(found) == len(names)
    assert all(line.startswith(name) for line, name in zip(found, names, strict=True))
    assert "two words" not in str(found)
