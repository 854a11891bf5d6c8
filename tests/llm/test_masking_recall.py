"""How much of what is private is found, and how much else: on the labelled texts that rules were tuned on, and on the others."""

import time

import pytest
from llm.labelled.score import scored, stretches
from llm.labelled.texts import labelled
from llm.labelled.unseen import unseen
from llm.labelled.unseen_again import unseen_again

from bot.llm.masking import Vault

GOALS = {"email": 0.995, "card": 0.995, "iban": 0.995, "ssn": 0.995, "ip": 0.995, "phone": 0.97}
SIZE = 24 * 1024
UNITS = (
    "a", "@", "a@", "1", "1 ", "1-", "1.", "1(", "(", "+", "+1 ", "0 12 ", "4 1 ", "eyJ", "-eyJ", "eyJa.", "sk-", "xoxb-", "00D", "AKIA", "SG.", "$2a$", "password=", "password: a", 'password="', "token ", "token: ",
    "key a1 ", "api key ", "a://", "a:b@", "a:", "//", "www.", "a.aa/", "::", "1:", "f:", "DE89 ", "DE89 3704 ", " ", "\n", "\t", "-----BEGIN PRIVATE KEY-----\n", "-----BEGIN PRIVATE KEY-----\nMIIEpAIBAAKCAQEA", "x@x.co ",
    "4111111111111111", "cookie: a=", "bearer ", "bearer      ", "phone 123456 ", "phone,a,b\n1,2,3\n", "é", "\u200b", "aB1", "=", "_", " at a dot ", "\\", "[EMAIL_ADDRESS_1_", "-u a", "/token:", "\x00", '{"a":"', "1.2.3.4 ",
    "%40", "Maaaa.", "Jane ", "Jane Doe ", "hooks.slack.com/", "123-45-", "ip-1-", ":AA", "(415) ", "2024-01-01 ",
)  # fmt: skip


@pytest.mark.parametrize("texts", [labelled(7, 3000), unseen(3000), unseen_again(3000)], ids=["tuned on", "looked at", "unseen"])
def test_the_goals_hold(texts):
    score = scored(texts)

    assert {kind: score.recall(kind) for kind in GOALS if score.recall(kind) < GOALS[kind]} == {}
    assert score.recall() >= 0.98
    assert score.precision >= 0.95


def took(unit, size):
    """Seconds of processor for a text of this size: of this thread alone, and the least of three, since a collection of garbage falls where it likes."""
    text = (unit * (size // len(unit) + 1))[:size]

    def once():
        started = time.thread_time()
        Vault(hidden={"hidden words"}).mask(text, people=["Jane Doe"])
        return time.thread_time() - started

    return min(once() for _ in range(3))


@pytest.mark.parametrize("unit", UNITS)
def test_hostile_text_takes_linear_time(unit):
    small, large = took(unit, SIZE // 4), took(unit, SIZE)

    assert large < 10 * max(small, 0.02), "four times the text takes four times as long; sixteen times would be quadratic"


@pytest.mark.parametrize("text", [
    "2024-01-02 10:22:33", "20240102", "1.2.3", "v1.2.3.4", "version 10.0.0.1", "Chrome/120.0.0.0", "numpy==1.26.4.1", "$1,234,567.89", "€ 1.234.567,89", "12 345 678 rows", "10 000 000", "order 4155552671", "INV-2024-00123",
    "SUP-12345678", "550e8400-e29b-41d4-a716-446655440000", "3f786850e387550fdab836ed7e6dc881de23001b", "37.774929, -122.419416", "978-3-16-148410-0", "0-306-40615-2", "1Z999AA10123456784", "9400 1000 0000 0000 0000 00",
    "1612345678901", "tracking 123456789012", "IMEI 490154203237518", "10.0.0.256", "aa:bb:cc:dd:ee:ff", "pages 123-456", "2019-2024", "user_id=8005551234", "/users/4155552671", "2147483647", '200 5123"', "08.00-17.00",
    "1.3.6.1.4.1.311", "std::cout", "::before", "logo@2x.png", "@types/node@18.2.1", "git@github.com:org/repo.git", "12 15 18 22 31", "0101 1100 1010 0011", "00-11-22-33-44-55", "0012345678905",
])  # fmt: skip
def test_numbers_of_other_things_stay(text):
    assert stretches(text) == []
    assert stretches(f"see {text} there") == []
