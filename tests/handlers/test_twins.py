"""Issues about the same matter: told again in other words they are found, and others are not."""

from dataclasses import replace

import pytest

from bot.llm.nearest import Nearest
from handlers.models import Record, Ref
from handlers.twins import ALIKE, MOST, Twin, twins
from knowledge.embed import MiniLM

RETOLD = {
    "SUP-1": (
        "Double charge: two card payments for a single booking when the customer presses Pay again",
        "A shop reports that renters who clicked the pay button twice while the page was loading were charged two times.",
    ),
    "SUP-2": (
        "Shop's payout blocked for more than a week since they changed their bank account",
        "They entered a new IBAN and the money has not arrived for nine days.",
    ),
    "SUP-3": (
        "Cancelled reservations stay in Google Calendar",
        "The shop still sees bookings in their Google calendar days after these were cancelled.",
    ),
    "SUP-4": (
        "App on the iPad closes when taking a picture of the deposit slip",
        "Whenever staff attach a photo of the slip, the app crashes.",
    ),
    "SUP-5": (
        "Lakeside: no employee can log in after the Okta certificate changed",
        "Single sign-on is broken since the rotation of the certificate.",
    ),
    "SUP-6": (
        "Booking export is cut off at 50,000 lines",
        "The CSV ends after fifty thousand rows and no warning is shown.",
    ),
    "SUP-7": (
        "Confirmation mails are sorted into the junk folder by Outlook and Hotmail",
        "Renters do not see their booking confirmations.",
    ),
    "SUP-8": (
        "Widget very slow on Saturday morning",
        "It takes about 12 seconds until the booking widget appears on the shop's site.",
    ),
    "SUP-12": (
        "Android: scanning a bike's QR code makes the app crash",
        "It closes at once as soon as the camera reads the code.",
    ),
    "SUP-13": (
        "Link to reset the password is reported as expired immediately",
        "Users open the link from the mail and are told that it has expired.",
    ),
    "SUP-15": (
        "SMS reminders are sent in the middle of the night",
        "Renters get the reminder at 3 am.",
    ),
    "SUP-16": (
        "Whole back office is unreachable, every page gives a 502 error",
        "All shops are affected.",
    ),
    "SUP-18": (
        "American Express cards are declined for everybody",
        "No renter can pay with an Amex card.",
    ),
    "SUP-20": (
        "Arizona shops: bookings appear an hour late in the calendar",
        "The entries are shifted by one hour.",
    ),
    "APP-1": (
        "Bookings over midnight are missing in the iCal feed",
        "Hires that end on the next day do not appear in the calendar feed.",
    ),
    "APP-5": (
        "App does not start when the device's storage is full",
        "It crashes on start on phones without free space.",
    ),
    "APP-9": (
        "One malformed event stops the Google synchronisation",
        "After a single broken event nothing more is synchronised.",
    ),
    "APP-16": (
        "Offline mode should hold more than 50 bookings",
        "At present only the latest fifty are available without a connection.",
    ),
    "APP-18": (
        "Accountants in Germany need a DATEV file",
        "Please offer an export in the DATEV format.",
    ),
    "APP-21": (
        "After deletion of a renter, invoices can still be read",
        "The invoices must not show the deleted person.",
    ),
    "APP-23": (
        "Unsubscribe link of marketing e-mails is dead",
        "Clicking on unsubscribe leads to an error page.",
    ),
    "APP-24": (
        "Signed waiver is lost on the iPad when the screen is rotated",
        "After turning the device the waiver has to be signed again.",
    ),
    "APP-26": (
        "Offer Apple Pay in the booking widget",
        "Renters would like to pay with Apple Pay.",
    ),
    "APP-28": (
        "Exports stuck at zero per cent since the queue restart",
        "No export proceeds after the restart of the queue.",
    ),
}
"""Issues of the sandbox in the words of somebody who does not know them: title and text."""
FEWEST_FOUND = 21
"""As docs/benchmarks.md says of the threshold that is used."""


@pytest.fixture
async def similar(models):
    embedder = MiniLM(models)
    yield Nearest(embedder)
    await embedder.close()


@pytest.fixture
def issues(connectors):
    return connectors["jira"]


async def named(key, issues, similar):
    """Which issues are named as the same as one that is told again."""
    project, (title, text) = key.partition("-")[0], RETOLD[key]
    new = replace(Record.new("jira", "issue", project, title=title), text=text)
    pool = await issues.past(new, limit=300)
    return [twin.record.id for twin in await twins(new, pool, issues=issues, similar=similar)]


async def test_what_is_told_again_is_found_and_nothing_else(issues, similar):
    found = {key: await named(key, issues, similar) for key in RETOLD}

    assert len([key for key, names in found.items() if key in names]) == FEWEST_FOUND
    assert {key: names for key, names in found.items() if set(names) - {key}} == {}


async def test_an_issue_that_nobody_has_touched_is_found_by_its_words(issues, similar):
    new = Record.new("jira", "issue", "SUP", title="Export of bookings hangs at 0 % since Friday")

    found = await twins(new, [], issues=issues, similar=similar)

    assert [twin.record.id for twin in found] == ["SUP-24"]
    assert not found[0].is_settled


async def test_an_issue_is_no_twin_of_itself_and_few_are_named(issues):
    async def all_the_same(_record, pool, *, limit):
        return [(one, 1.0) for one in pool][:limit]

    issue = await issues.read("SUP-24")
    found = await twins(issue, [issue], issues=issues, similar=all_the_same)

    assert "SUP-24" not in [twin.record.id for twin in found]
    assert len(found) == MOST


def test_a_twin_says_whether_people_are_done_with_it():
    done = Record("jira", "issue", "SUP-1", "v", "Paid twice", "", {"resolution": Ref("1", "Done")}, "https://j.example/SUP-1")

    assert Twin(done, ALIKE).reason == "probably the same as SUP-1, resolved (similarity 68%)"
    assert "open" in Twin(replace(done, fields={}), 0.9).reason
    assert Twin(done, 0.9).source.url == "https://j.example/SUP-1"
