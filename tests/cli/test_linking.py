"""links show, join, part, forget: on a data directory of their own."""

import pytest

from bot.app import House
from bot.cli.linking import links
from bot.cli.out import Failure
from bot.settings import Configuration, Settings
from handlers.errors import Invalid, NotFound
from handlers.models import Record

INES = "ines@sunline.example"
CONTACT = Record("hubspot", "contact", "721", "v", "Inés Carrasco", "", {"email": INES})
LEAD = Record("salesforce", "lead", "00Q1", "v", "I. Carrasco\nforged line", "", {"email": INES})
OTHER = Record("salesforce", "contact", "0031", "v", "Somebody", "", {"email": "other@sunline.example"})


@pytest.fixture
async def command(tmp_path, ear):
    house = House(Settings(data_dir=tmp_path), Configuration.model_validate({"people": {"bo@example.com": {"name": "Bo"}}}))
    await (await house.store()).links.learn([CONTACT, LEAD, OTHER])

    async def run(verb, **more):
        assert await links(house, {"verb": verb, "what": "person", "person": "bo@example.com"} | more, ear) == 0
        said, ear.lines = ear.lines, []
        return said

    yield run
    await house.close()


async def test_what_is_known_of_a_person_and_of_a_record(command):
    assert sorted(await command("show", about=INES)) == [
        "hubspot/contact/721  Inés Carrasco",
        "salesforce/lead/00Q1  I. Carrasco\\nforged line",
    ]
    [line] = await command("show", about=CONTACT.key)
    assert "hubspot/contact/721 and salesforce/lead/00Q1: the same person, 95% (the same e-mail address)" in line


async def test_what_a_person_says_counts(command):
    assert await command("join", one=CONTACT.key, other=OTHER.key) == [
        "hubspot/contact/721 and salesforce/contact/0031: the same person, 100% (linked by Bo)"
    ]
    assert len(await command("show", about=CONTACT.key)) == 2
    assert "0% (taken apart by Bo)" in (await command("part", one=LEAD.key, other=CONTACT.key))[0]
    assert len(await command("show", about=CONTACT.key)) == 1
    with pytest.raises(NotFound, match="Nothing is known of hubspot/contact/9"):
        await command("join", one="hubspot/contact/9", other=OTHER.key)


async def test_somebody_is_forgotten(command):
    assert (await command("forget", email="INES@sunline.example"))[0].startswith("2 records forgotten.")

    for name in (INES, CONTACT.key):
        with pytest.raises(Failure, match="Nothing is known of"):
            await command("show", about=name)
    with pytest.raises(Invalid, match="no e-mail address"):
        await command("forget", email="everybody")
