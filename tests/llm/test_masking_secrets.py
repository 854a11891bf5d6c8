"""Keys, tokens and passwords: none is left, whether its form gives it away, its surroundings, or the settings."""

import pytest
from llm.labelled.canaries import canaries

from bot.llm.masking import Vault
from bot.settings import Settings
from bot.settings.review import secret_values


def test_of_a_thousand_canaries_none_is_left():
    left = [(secret, text) for secret, text in canaries(26, 1000) if secret in Vault().mask(text)]

    assert left == []


def test_nor_is_a_part_of_one():
    def pieces(secret):
        return (
            [secret[place : place + 12] for place in range(0, len(secret) - 12, 6)] if "-----" not in secret else [secret[40:80]]
        )

    for secret, text in canaries(27, 600):
        masked = Vault().mask(text)
        assert [piece for piece in pieces(secret) if piece in masked] == [], text


@pytest.mark.parametrize("prose", [
    "I forgot my password, please reset it", "the token is expired", "password: required", "def f(token: str, secret: bytes | None = None)", "tokens = 4096, temperature = 0.2",
    "password = get_password()", "api_key = os.environ['API_KEY']", "The secretary: Bo", "a key idea: write less", "monkey: banana", "opinion: mixed", "Press any key to continue",
    "commit 3f786850e387550fdab836ed7e6dc881de23001b", "550e8400-e29b-41d4-a716-446655440000", "HttpServletRequestWrapperFactoryBean2", "https://medium.com/@somebody/a-post",
    "risk-assessment-of-the-new-process-2026", "task-force_with-a-long-name", "password=${DB_PASSWORD}", "-----BEGIN CERTIFICATE-----", "the session: a summary of it",
])  # fmt: skip
def test_talk_about_secrets_stays(prose):
    assert Vault().mask(prose) == prose


def test_configured_secrets_are_found_in_every_spelling():
    settings = Settings(
        jira_webhook_secret="rather plain words",
        openai_api_key='q"uo\\te',
        database_url="postgresql+asyncpg://u:open%20sesame@h/d",
    )
    vault = Vault(hidden=secret_values(settings))

    masked = vault.mask('a RATHER plain words, b q"uo\\te, c q\\"uo\\\\te, d rather%20plain%20words, e open sesame')

    assert [word for word in ("plain", "uo", "sesame") if word in masked] == []
    assert masked.count("[SECRET_") == 5


def test_a_key_block_that_was_cut_off_is_taken_to_its_last_line():
    body = "\n".join("MIIEpAIBAAKCAQEA" + "x" * 40 + str(number) for number in range(9))

    masked = Vault().mask(f"here:\n-----BEGIN RSA PRIVATE KEY-----\n{body}\nand thanks")

    assert masked.startswith("here:\n[SECRET_1_")
    assert masked.endswith("\nand thanks")
