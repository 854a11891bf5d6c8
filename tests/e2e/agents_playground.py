"""The Agents Playground as a process, and its page as one person of the company uses it."""

import asyncio
import json
import os
import socket
from pathlib import Path
from typing import Any

import aiohttp
from playwright.async_api import Browser, Locator, Page, Route, expect
from programs import ROOT

from bot.sandbox.company import PEOPLE
from bot.sandbox.teams.state import BOT, TENANT

PACKAGES = ROOT / ".e2e" / "node_modules"
PROGRAM = Path("@microsoft") / "m365agentsplayground" / "cli.js"
PERSONAL = "a:personal-ada"
WAITS = 20_000.0
"""Milliseconds, as the browser counts."""
THERE = ("ada", "bo", "cy", "dara", "gus", "hana")
"""The Playground takes exactly one person for the page, and five others."""


def people() -> dict[str, dict[str, str]]:
    """Harbourlight as the Playground's configuration spells people."""
    found = {}
    for number, each in enumerate(PEOPLE, 1):
        given, _, surname = each.name.partition(" ")
        if each.id not in THERE:
            continue
        found[each.id] = {
            "id": f"29:{each.id}", "name": each.name, "userPrincipleName": each.email, "email": each.email,
            "aadObjectId": f"00000000-0000-4000-8000-{number:012}", "givenName": given, "surname": surname,
        }  # fmt: skip
    return found


def configuration() -> dict[str, Any]:
    """Ada is the one whom the page belongs to; the others are in the team with her."""
    ada, *others = people().values()
    channels = [{"id": "19:billing@thread.tacv2", "name": "Billing"}]
    return {
        "version": "0.1.1", "tenantId": TENANT, "bot": {"id": BOT, "name": "Countersign"}, "currentUser": ada, "users": others,
        "personalChat": {"id": PERSONAL}, "groupChat": {"id": "19:leads@thread.v2", "name": "Leads"},
        "team": {
            "id": "19:general@thread.tacv2", "name": "Harbourlight", "channels": channels,
            "aadGroupId": "00000000-0000-4000-8000-000000000031",
        },
    }  # fmt: skip


class AgentsPlayground:
    """The process. It tells nobody of its use, and knows no proxy."""

    def __init__(self, packages: Path, folder: Path, endpoint: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.authority = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.authority}"
        self._program = packages / PROGRAM
        self._folder = folder
        self._endpoint = endpoint

    async def start(self) -> None:
        self._folder.mkdir(parents=True)
        rules, log = self._folder / "people.yml", self._folder / "log.txt"
        rules.write_text(json.dumps(configuration()), encoding="utf-8")  # JSON is YAML
        environment = {
            "PATH": os.environ["PATH"], "HOME": str(self._folder), "TEAMSAPPTESTER_BROWSER": "none",
            "M365_AGENTS_PLAYGROUND_CONFIG_PATH": str(rules), "M365_AGENTS_PLAYGROUND_LOGFILE": str(log),
        }  # fmt: skip
        self.process = await asyncio.create_subprocess_exec(
            "node", str(self._program), "start", "-e", self._endpoint, "-c", "msteams", "-p", str(self.port), "--dt",
            "--su", f"{self.url}/_connector", cwd=self._folder, env=environment,
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip

    async def is_up(self) -> bool:
        assert self.process.returncode is None, (self._folder / "log.txt").read_text(encoding="utf-8")
        async with aiohttp.ClientSession() as http:
            try:
                async with http.get(f"{self.url}/_internal/v1/config") as answer:
                    return answer.status == 200
            except aiohttp.ClientError:
                return False

    async def stop(self) -> None:
        if self.process.returncode is None:
            self.process.terminate()
        await self.process.wait()


class Room:
    """The page, as one person sees it."""

    def __init__(self, page: Page, pictures: Path) -> None:
        self.page = page
        self._pictures = pictures

    @classmethod
    async def open(cls, browser: Browser, url: str, person: dict[str, str], pictures: Path) -> "Room":
        context = await browser.new_context(viewport={"width": 1280, "height": 1000}, reduced_motion="reduce")
        await context.route(lambda address: not address.startswith(f"{url}/"), lambda route: route.abort())
        await context.route("**/_internal/v1/config", lambda route: as_(route, person))
        page = await context.new_page()
        page.set_default_timeout(WAITS)
        await page.goto(url)
        await expect(page.get_by_text(person["name"]).first).to_be_visible(timeout=WAITS)
        await page.get_by_title("Hide log panel").click()  # it repeats what the conversations show
        return cls(page, pictures)

    async def enter(self, conversation: str) -> None:
        """Go to a chat or a channel of the list on the left."""
        await self.page.get_by_role("treeitem").filter(has_text=conversation).first.click()

    async def say(self, text: str, *, mention: bool = False, post: bool = False) -> None:
        """Type something and send it, `post` as a new post of a channel. Whoever types, the Playground says that it was Ada."""
        box = self.page.locator("[contenteditable=true]").first
        await box.click()
        if mention:
            await box.press_sequentially("@Coun", delay=100)  # the list of names follows what is typed slowly
            await self.page.get_by_text("Countersign", exact=True).last.click()
        await box.press_sequentially(f" {text}" if mention else text, delay=5)
        if post:
            await self.page.get_by_role("button", name="Post").click()
        else:
            await box.press("Enter")

    async def sees(self, words: str, *, within: float = WAITS) -> None:
        await expect(self.page.get_by_text(words).last).to_be_visible(timeout=within)

    @property
    def card(self) -> Locator:
        """The newest card."""
        return self.page.locator(".ac-adaptiveCard").last

    async def press(self, button: str) -> None:
        """A button of the newest card."""
        await self.page.locator(".ac-adaptiveCard").last.get_by_role("button", name=button, exact=True).click()

    async def picture(self, name: str) -> None:
        """A screenshot for a person to look at."""
        await self.page.screenshot(path=self._pictures / f"{name}.png")


async def as_(route: Route, person: dict[str, str]) -> None:
    """The page belongs to the current user of the configuration; this one belongs to somebody else of the company."""
    answer = await route.fetch()
    found = await answer.json()
    found["config"]["currentUser"] |= {"id": person["id"], "name": person["name"]}
    await route.fulfill(response=answer, json=found)
