"""Texts with the places of what is private in them: tickets, chat, mail, code, tables and logs. This part may be looked at while rules change."""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from llm.labelled.negatives import negative
from llm.labelled.values import MAKERS, Maker

SLOT = re.compile(r"\{(email|phone|card|iban|ssn|ip|no)\}")
TEMPLATES = (
    "Hi team, I can't log in. You can reach me at {email} or {phone}. Thanks!", "Please call me back on {phone}, my {no} has not arrived.", "{phone}", "my number is {phone}", "ring {phone} after {no}",
    "Refund to card {card} please, {no}.", "{card}", "I paid with {card} on {no} and was charged twice", "visa {card} exp 04/27 cvv 123", "Name: Bo\nPhone: {phone}\nE-mail: {email}\nIBAN: {iban}",
    "Überweisung auf {iban} bitte, Rückfragen unter {phone}", "iban {iban}", "{iban}", "Bitte zahlen Sie {no} auf das Konto {iban}.", "SSN {ssn}", "the employee's social security number is {ssn} ({no})", "{ssn}",
    "{no} customer gave {ssn} and {email}", "2026-03-01T10:22:31Z INFO login from {ip} user={email}", '{ip} - - [01/Mar/2026:10:22:31 +0000] "GET /a/b?x={no} HTTP/1.1" 200 5123', "blocked {ip}, {no}",
    "ping {ip}: 64 bytes, time=12.3 ms", "ssh root@{ip}", "connect to [{ip}]:8080 failed after {no}", '{{"email": "{email}", "phone": "{phone}", "order_id": "{no}"}}', "user = User(mail='{email}', tel='{phone}')",
    "email,phone,iban\n{email},{phone},{iban}\n{email},{phone},{iban}", "name;telefon;bemerkung\nBo;{phone};{no}\nAda;{phone};{no}", "| Kunde | Telefon | Notiz |\n|---|---|---|\n| Bo | {phone} | {no} |",
    "Kind regards\nBo Berg\nT: {phone}\nM: {phone}\nbo@{no}", "Tel. {phone} / Fax {phone}", "Mein Handy: {phone}", "Téléphone : {phone}, merci", "mi móvil es {phone}", "Il mio cellulare: {phone}", "电话\uff1a{phone}", "тел. {phone}",
    "From: Bo <{email}>\nTo: <{email}>\nSubject: {no}\n\n> On {no} I wrote from {email}", "<mailto:{email}|{email}>", "Contact {email}; {no}; {email}.", "SUP-12: {no}, {no}, {no}", "Shipped {no}. See {no}.",
    "Deployed {no} ({no}) to production, {no}", "{no} and {no}", "Merged {no}; coverage {no}", "WhatsApp {phone}", "{phone} (mobile)", "{phone} is my cell", "Rückruf {phone} wegen {no}", "Customer {phone} asked about {no}",
)  # fmt: skip


@dataclass(frozen=True)
class Labelled:
    """A text and the spans in it that must not leave, each with its kind."""

    text: str
    spans: tuple[tuple[int, int, str], ...]


def filled(draw: random.Random, template: str, makers: Mapping[str, Maker]) -> Labelled:
    text, spans, place = "", [], 0
    for slot in SLOT.finditer(template):
        text += template[place : slot.start()].replace("{{", "{").replace("}}", "}")
        value = negative(draw) if slot[1] == "no" else makers[slot[1]](draw)
        if slot[1] != "no":
            spans.append((len(text), len(text) + len(value), slot[1]))
        text += value
        place = slot.end()
    return Labelled(text + template[place:].replace("{{", "{").replace("}}", "}"), tuple(spans))


def labelled(seed: int, count: int, templates: Sequence[str] = TEMPLATES, makers: Mapping[str, Maker] = MAKERS) -> list[Labelled]:
    """`count` texts, the same for the same seed."""
    draw = random.Random(seed)  # noqa: S311 - a set that can be made again
    return [filled(draw, draw.choice(templates), makers) for _ in range(count)]
