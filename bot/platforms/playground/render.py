"""Posts and threads as one viewer sees them. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import urlencode

from bot.cards.card import card, moment, sources, sureness
from bot.cards.clean import clean, pieces
from bot.cards.views import SourceView, Sureness
from bot.platforms.playground.receive import BOT, NAME
from bot.platforms.playground.send import text_of
from bot.platforms.playground.talk import files_of
from bot.platforms.playground.views import OfferView, PictureView, PostView, ThreadView
from bot.store.talk.posts import Post
from handlers.models import Draft, Source

GONE = "This proposal is not there any more. Type /approvals to see what waits."


def post(said: Post, *, viewer: str, draft: Draft | None, now: datetime) -> PostView:
    """One post. `draft` is the one that its card shows, None where there is no card or the draft is gone."""
    cited = citations(said.body.get("citations"))
    stamp = datetime.fromtimestamp(said.at, UTC)
    name = clean(said.name) or "Somebody"
    return PostView(
        id=said.id,
        root=said.thread or said.id,
        channel=said.channel,
        author=name,
        initials=initials(name),
        is_bot=said.author == BOT,
        is_mine=said.author == viewer,
        is_private=bool(said.private_to),
        is_trouble=said.body.get("trouble") is True,
        is_asking=said.body.get("asks") is True,
        at=moment(stamp, now=now),
        pieces=pieces(text_of(said.body), citations=len(cited)),
        sources=cited,
        sureness=confidence(said.body.get("confidence")),
        note=clean(str(said.body.get("note") or "")),
        offers=offers(said.body.get("offers")),
        files=tuple(clean(file.name) for file in files_of(said.body)),
        picture=picture(said, viewer=viewer),
        card=card(draft, now=now) if draft else None,
        missing=GONE if said.draft and draft is None else "",
    )


def threads(said: Iterable[Post], *, viewer: str, drafts: Mapping[str, Draft], now: datetime) -> tuple[ThreadView, ...]:
    """Posts under the posts they answer, both oldest first; a reply whose root the viewer may not see stands alone."""
    views = [post(one, viewer=viewer, draft=drafts.get(one.draft), now=now) for one in sorted(said, key=lambda one: one.id)]
    roots = {view.id: view for view in views if view.root == view.id}
    replies: dict[int, list[PostView]] = {}
    for view in views:
        if view.root not in roots:
            roots[view.root] = view
        elif view is not roots[view.root]:
            replies.setdefault(view.root, []).append(view)
    return tuple(ThreadView(view, tuple(replies.get(root, ()))) for root, view in roots.items())


def citations(kept: object) -> tuple[SourceView, ...]:
    """The citations of a reply as the log keeps them."""
    if not isinstance(kept, Sequence) or isinstance(kept, str):
        return ()
    rows = [row for row in kept if isinstance(row, Mapping)]
    return sources(Source(*(str(row.get(part, "")) for part in ("title", "url", "quote"))) for row in rows)


def offers(kept: object) -> tuple[OfferView, ...]:
    """The buttons of a reply as the log keeps them."""
    rows = [row for row in kept if isinstance(row, Mapping)] if isinstance(kept, list) else []
    return tuple(OfferView(str(row.get("id", "")), clean(str(row.get("label", "")))) for row in rows)


def picture(said: Post, *, viewer: str) -> PictureView | None:
    """The picture of a post as the log keeps it. Its address names who looks, for not everybody may."""
    kept = said.body.get("picture")
    if not isinstance(kept, Mapping):
        return None
    query = {
        "person": viewer.removeprefix(f"{NAME}:"),
        "channel": said.channel,
        "post": said.id,
        "file": str(kept.get("file", "")),
    }
    return PictureView(f"/playground/picture?{urlencode(query)}", clean(str(kept.get("alt", ""))))


def confidence(kept: object) -> Sureness | None:
    """The confidence of an answer, where it has one."""
    return sureness(kept) if isinstance(kept, float | int) and not isinstance(kept, bool) else None


def initials(name: str) -> str:
    """Two letters that stand for a person."""
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"
