"""What a person reads on the playground's page, as the same plain lines: its tables and lists are a layout of their own."""

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag
from conversations.reading import TIME, button, link, tidy

SURE = re.compile(r"(\d+)% (?:confident · )?(\w+)")


def posts(html: str) -> list[Tag]:
    """The bot's posts of a page, in the order in which they stand."""
    return BeautifulSoup(html, "html.parser").select("article.from-bot")


def of_post(post: Tag) -> str:
    """Everything that a post says."""
    is_private = post.select_one(".private") is not None
    lines = [shown(words) for words in post.select(".post-body > .words")]
    if sources := post.select(".post-body > .sources li"):
        lines += ["Sources", *(source(number, item) for number, item in enumerate(sources, 1))]
    if sure := post.select_one(".post-body > p > .sureness"):
        lines.append(f"confidence {sureness(sure)}{', only you can see this' if is_private else ''}")
    lines += [button(shown(offer)) for offer in post.select("[data-offer]")]
    lines += [shown(gone) for gone in post.select(".post-body > .quiet")]
    lines += [line for card in post.select(".card") for line in of_card(card)]
    return tidy(lines)


def of_card(card: Tag) -> Iterator[str]:
    """A card's lines, in the order of the other platforms."""
    workflow, _, system = shown(one(card, ".card-kind")).partition(" → ")
    head, title = one(card, "h3"), shown(one(card, "h3 > span"))
    yield f"{workflow} · {system} {shown(head).removesuffix(title).strip()}"
    yield title
    for told in card.select(".card-item"):
        yield from item(told)
    if card["data-state"] == "pending" and (key := head.select_one("a")):  # what is still to be made has no address
        yield link(str(key["href"]), f"Open in {system}")
    yield from (shown(note) for note in card.select(".taint, .card-note"))
    yield from (row(line) for line in card.select(".changes tbody tr"))
    for prose in card.select(".prose"):
        yield from long(prose)
    if reasons := card.select(".reasons li"):
        yield from ("Why", *(f"• {shown(reason)}" for reason in reasons))
    yield from (source(number, item) for number, item in enumerate(card.select(".card-sources li"), 1))
    yield from ending(card, system) if card["data-state"] != "pending" else terms(card)
    yield shown(one(card, ".card-id"))


def item(told: Tag) -> Iterator[str]:
    """One record of a bundle, and the way to it."""
    way = told.select_one("a")
    yield shown(told).removesuffix(shown(way) if way else "").strip()
    if way:
        yield link(str(way["href"]), shown(way))


def row(line: Tag) -> str:
    """A field of the table in one line."""
    *seen, after = (shown(cell) or "empty" for cell in line.select("td:not(.sure)"))
    sure = line.select_one(".sureness")
    before = f"was {seen[0]}, now {seen[1]}" if len(seen) > 1 else seen[0]
    return f"{shown(one(line, 'th'))}: {before} → {after}{f' ({sureness(sure)})' if sure else ''}"


def long(prose: Tag) -> Iterator[str]:
    """A field that has a block of its own."""
    name, sure = shown(one(prose, "figcaption b")), prose.select_one(".sureness")
    for earlier in prose.select(".earlier"):
        yield f"{name}, {shown(one(earlier, 'summary'))}"
        yield one(earlier, "blockquote").get_text()
    yield f"{name}, after{f' ({sureness(sure)})' if sure else ''}"
    yield one(prose, "blockquote.after").get_text()


def terms(card: Tag) -> Iterator[str]:
    """Who decides until when."""
    said = {shown(one(pair, "dt")): shown(one(pair, "dd")) for pair in card.select(".terms div")}
    yield f"{f'May approve: {named}. ' if (named := said.get('may approve')) else ''}Asked by {said['asked by']}."
    yield said.get("so far", "")
    if "expires" in said:
        yield f"expires {TIME}"
    yield button(*(shown(each) for each in card.select(".buttons button")))


def ending(card: Tag, system: str) -> Iterator[str]:
    """Who decided what, and the way to the record."""
    verdict, *rest = card.select(".verdict p")
    outcome = [shown(line) for line in rest if not line.select_one("a")]
    yield ". ".join((shown(one(verdict, "b")), *outcome))
    if verdict.select_one("time"):
        yield TIME
    yield f"Asked by {shown(one(card, '.terms dd'))}."
    if way := card.select_one(".verdict a"):
        yield link(str(way["href"]), f"Open in {system}")


def source(number: int, item: Tag) -> str:
    """A source with its quote and where it leads."""
    way, quote = item.select_one("a"), item.select_one("q")
    title = shown(way) if way else item.find(string=True, recursive=False) or ""
    words = f": “{quote.get_text()}”" if quote else ""
    return f"{number}. {title}{words} {way['href'] if way else ''}"


def sureness(part: Tag) -> str:
    """How sure it is."""
    found = SURE.search(shown(part))
    assert found, part
    return f"{found[1]} %, {found[2]}" if part.find_parent(class_="card") else f"{found[1]} % ({found[2]})"


def one(part: Tag, selector: str) -> Tag:
    """The element that has to be there."""
    found = part.select_one(selector)
    assert found is not None, f"no {selector} in {part}"
    return found


def shown(part: Tag) -> str:
    """The words of an element."""
    return part.get_text().strip()
