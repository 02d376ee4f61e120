"""feeds: which feeds are polled, how they fare, and OPML both ways."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.call import Call
from bot.cards.answers import feeds_card, in_trouble
from bot.cards.card import Card, Item, Text
from bot.cards.span import ago, span
from bot.commands.check import BadValue
from bot.commands.command import Command, Completes, Option, Takes, Tools, Values, Who
from bot.commands.options import PAGE
from bot.commands.roster import numbered
from bot.commands.wording import Wording
from bot.plain import clip, line
from bot.polling.feed_list import listed, take_list
from bot.polling.habits import HabitBook
from bot.polling.searches import BY, add_search, filled, is_search, marked, remove_search, searches
from bot.request import Answer, Attachment, Choice, Request
from feeds.errors import FeedError, FeedUnavailable, NotAFeed, shown
from feeds.feed import Feed, FeedState
from feeds.habits import Habits
from feeds.opml import BadOpml
from feeds.parse import Parsed
from links.fold import fold

_PAGE = 12
_MOST_IMPORTED = 1000
_LARGEST_FILE = 5 * 1024 * 1024  # bytes
_SHOWN = 5
_FEED_SCHEME = re.compile(r"(?i)^feed:(?://)?")  # as some sites write their feeds' addresses


async def _list(tools: Tools, request: Request, values: Values) -> Answer:
    feeds = await tools.store.feeds()
    # What needs an eye comes first.
    ordered = sorted(feeds, key=lambda feed: (not in_trouble(feed), fold(feed.title or feed.url)))
    pages = max(1, -(-len(ordered) // _PAGE))
    page = min(int(values.get("page", "1")), pages)
    on_page = ordered[(page - 1) * _PAGE : page * _PAGE]
    card = feeds_card(
        on_page,
        page=page,
        pages=pages,
        total=len(feeds),
        failing=sum(map(in_trouble, feeds)),
        now=request.now,
        wording=request.wording,
    )
    rhythms = await _rhythms(tools, on_page)
    parts = [
        replace(part, detail=f"{part.detail}\n{rhythms[feed.id]}") if isinstance(part, Item) else part
        for feed, part in zip(on_page, card.parts, strict=False)
    ]
    asked = await searches(tools.store)
    note = card.note + (" Searches: " + ", ".join(map(shown, asked)) if asked else "")
    return Answer(cards=(replace(card, parts=tuple(parts) or card.parts, note=note.strip()),))


async def _rhythms(tools: Tools, feeds: Sequence[Feed]) -> dict[int, str]:
    """How each of these feeds writes and how late it is seen, in words."""
    book = HabitBook(tools.store)
    await book.load(feed.id for feed in feeds)
    return {feed.id: _rhythm(book.of(feed.id)) for feed in feeds}


def _rhythm(habits: Habits) -> str:
    parts = []
    if habits.gap is not None:
        parts.append(f"an article every {span(timedelta(seconds=habits.gap))}")
    if habits.lag is not None:
        parts.append(f"seen {span(timedelta(seconds=habits.lag))} after it was published")
    if habits.told:
        parts.append("its failing was reported")
    return ", ".join(parts)


async def _add_search(tools: Tools, address: str) -> Answer:
    name = await _somebody(tools)
    try:
        await tools.feeds.check(filled(address, name))
    except FeedError as error:
        return Answer.refused(f"Not added. Tried for {name}: {error}")
    await add_search(tools.store, address)
    watched = _players(await tools.store.count_watched())
    return Answer(
        f"{shown(address)} is polled for every watched player, at present {watched}."
        " What it carries today is taken as known, what comes after it is told."
    )


async def _somebody(tools: Tools) -> str:
    """A name to try a search with."""
    return next((player.name for player in await tools.store.watched_players()), "Ada Vale")


def _players(count: int) -> str:
    return "1 player" if count == 1 else f"{count} players"


async def _add(tools: Tools, request: Request, values: Values) -> Answer:
    address = _address(values["address"])
    if is_search(address):
        return await _add_search(tools, address)
    known = await tools.store.feed_by_url(address)
    if known and known.state is FeedState.ACTIVE:
        return Answer(f"{_name(known)} is polled already.")
    try:
        address, parsed = await _checked(tools, address, values["address"])
    except NotAFeed as error:
        return _asked_back(error)
    except FeedError as error:
        return Answer.refused(f"Not added. {error}")
    known = await tools.store.feed_by_url(address)
    if known and known.state is FeedState.ACTIVE:
        return Answer(f"That leads to {shown(address)}: {_name(known)} is polled already.")
    asker = _asker(request)
    feed = await tools.store.add_feed(
        address, title=line(parsed.title), lang=parsed.lang, builtin=False, added_by=asker
    )
    if feed.state is not FeedState.ACTIVE:
        # As if new: what it brought while nobody asked is taken as known, as the answer says.
        new = replace(feed, state=FeedState.ACTIVE, failures=0, error=None, error_since=None, primed=False)
        new = replace(new, etag=None, last_modified=None, body_hash=None, next_poll=request.now)
        await tools.store.save_feed(new)
    return Answer(
        f"{_name(feed)} is polled from now on. What it carries today ({_carried(parsed)})"
        " is taken as known, what comes after it is told."
    )


def _asker(request: Request) -> str:
    """Who asks, as `Feed.added_by` keeps it, so that he can be told of the feed's troubles."""
    space = f"{request.channel.space}/" if request.channel.space else ""
    return f"{request.channel.platform}:{space}{request.person}"


async def _checked(tools: Tools, address: str, typed: str) -> tuple[str, Parsed]:
    """The feed at this address, or the only one that its page names, and the address to poll it at."""
    try:
        return await _answered(tools, address, typed)
    except NotAFeed as error:
        if len(error.found) != 1:
            raise
        return await tools.feeds.check(error.found[0])


async def _answered(tools: Tools, address: str, typed: str) -> tuple[str, Parsed]:
    """What the address carries; where no scheme was typed, and nothing answers with TLS, without it."""
    try:
        return await tools.feeds.check(address)
    except FeedUnavailable as error:
        if "://" in typed or not address.startswith("https://"):
            raise
        try:
            return await tools.feeds.check(f"http{address.removeprefix('https')}")
        except FeedUnavailable:
            raise error from None


def _asked_back(error: NotAFeed) -> Answer:
    if not error.found:
        return Answer.refused(f"Not added. {error}")
    asked = tuple(
        Choice(clip(shown(url), 90), "", Call.of("feeds add", address=url)) for url in error.found[:10]
    )
    return Answer("That is a page, not a feed. It names these feeds; which one?", choices=asked, ok=False)


async def _test(tools: Tools, request: Request, values: Values) -> Answer:
    asked = values["address"]
    if numbered(asked) is not None:
        asked = (await _one(tools, asked, request.wording)).url
    address = _address(asked)
    if is_search(address):
        address = filled(address, await _somebody(tools))
    try:
        address, parsed = await _checked(tools, address, asked)
    except FeedError as error:
        return Answer.refused(f"No use as a feed. {error}")
    entries = parsed.entries[:_SHOWN]
    nothing = Text("It carries no entries at the moment.")
    card = Card(
        title=parsed.title or shown(address),
        parts=tuple(Item(entry.title, when=entry.published, address=entry.link) for entry in entries)
        or (nothing,),
        label="Feed test",
        note=f"{shown(address)}: {_carried(parsed)}{_newest(parsed, request)}. Nothing was added.",
    )
    return Answer(cards=(card,))


def _newest(parsed: Parsed, request: Request) -> str:
    times = [entry.published for entry in parsed.entries if entry.published]
    return f", the newest {ago(max(times), request.now)}" if times else ""


async def _remove(tools: Tools, request: Request, values: Values) -> Answer:
    typed = values["feed"]
    if is_search(marked(typed)) and await remove_search(tools.store, _address(typed)):
        return Answer("That search is not polled any more. What it told stays in the histories.")
    feed = await _one(tools, typed, request.wording)
    if feed.added_by == BY:
        # It would be back at once.
        known = ", ".join(
            request.wording.of("feeds remove", feed=shown(each)) for each in await searches(tools.store)
        )
        return Answer.refused(f"{_name(feed)} is made by a search. To end the search: {known}")
    if feed.builtin:
        # Forgotten, it would come back with the next start.
        await tools.store.save_feed(replace(feed, state=FeedState.PAUSED))
        again = request.wording.of("feeds add", address=shown(feed.url))
        return Answer(f"{_name(feed)} is not polled any more. To have it again: {again}")
    await tools.store.remove_feed(feed.id)
    return Answer(f"{_name(feed)} is not polled any more. What it told stays in the histories.")


async def _one(tools: Tools, typed: str, wording: Wording) -> Feed:
    """The feed with this number, address or title. Raises BadValue when none or several fit."""
    feeds = await tools.store.feeds()
    number = numbered(typed)
    fitting = [feed for feed in feeds if feed.id == number or typed in (feed.url, shown(feed.url))]
    fitting = fitting or [feed for feed in feeds if number is None and fold(feed.title) == fold(typed)]
    fitting = fitting or [
        feed for feed in feeds if number is None and fold(typed) in fold(f"{feed.title} {feed.url}")
    ]
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        raise BadValue(f"No feed here is called “{clip(typed, 60)}”. See: {wording.of('feeds list')}")
    names = ", ".join(f"#{feed.id} {_name(feed)}" for feed in fitting[:5])
    raise BadValue(f"Several feeds fit “{clip(typed, 60)}”: {names}. Name one by its number.")


async def _import(tools: Tools, request: Request, values: Values) -> Answer:
    try:
        taken = await take_list(tools.store, _file(request, values), by=_asker(request), most=_MOST_IMPORTED)
    except BadOpml as error:
        return Answer.refused(f"Nothing was imported. {error}")
    more = (
        f" {taken.left} were left out: {_MOST_IMPORTED} are taken at once, import the file again."
        if taken.left
        else ""
    )
    see = request.wording.of("feeds list")
    return Answer(f"New feeds: {taken.new}, known before: {taken.known}.{more} To see them: {see}")


def _file(request: Request, values: Values) -> bytes:
    """The attached file, or the one at a path where the person sits at our machine. Raises BadValue."""
    if request.file is None and request.open_file is None:
        raise BadValue("feeds import needs the OPML file attached.")
    if request.file is None and "file" not in values:
        raise BadValue("feeds import needs a file: feeds import path/to/feeds.opml")
    try:
        content = request.file if request.file is not None else request.open_file(values["file"])  # type: ignore[misc]
    except OSError as error:
        raise BadValue(f"{values['file']} cannot be read: {error.strerror}") from error
    if len(content) > _LARGEST_FILE:
        raise BadValue(f"That file has {len(content) // 1024} KiB; {_LARGEST_FILE // 1024} are read.")
    return content


async def _export(tools: Tools, request: Request, values: Values) -> Answer:
    # Who sits at our machine may see what is in the database; a chat keeps what it is given.
    found = await listed(tools.store, secrets=request.open_file is not None)
    withheld = (
        f" Left out, with a password or key in the address: {found.withheld};"
        " `deadlineday export feeds` writes them too."
        if found.withheld
        else ""
    )
    return Answer(
        f"{found.count} feed{'' if found.count == 1 else 's'}.{withheld}",
        attachment=Attachment("feeds.opml", "text/x-opml", found.content.encode()),
    )


def _address(typed: str) -> str:
    """The address as typed, with https where no scheme was written and "<…>" of a chat taken off."""
    address = _FEED_SCHEME.sub("", typed.strip().strip("<>").split("|")[0])
    if " " in address or ("." not in address and "localhost" not in address):
        raise BadValue(f"“{clip(typed, 60)}” is no web address; write it like https://example.org/feed.xml")
    return marked(address if "://" in address else f"https://{address}")


def _name(feed: Feed) -> str:
    return line(feed.title) or shown(feed.url)


def _carried(parsed: Parsed) -> str:
    entries = "1 entry" if len(parsed.entries) == 1 else f"{len(parsed.entries)} entries"
    return f"{entries}, then the page broke off" if parsed.partial else entries


_ADDRESS = Option(
    "address",
    "web address of a feed or a site; {player} in it makes it a search",
    required=True,
    main=True,
    longest=2000,
)
_FEED = Option(
    "feed",
    "its number, title or address",
    required=True,
    main=True,
    longest=2000,
    completes=Completes.FEED,
)

FEEDS: tuple[Command, ...] = (
    Command(
        "feeds list",
        "The feeds that are polled and how each fares",
        _list,
        (PAGE,),
        Who.MANAGER,
        also=("feeds", "feed", "feed list", "list feeds"),
    ),
    Command(
        "feeds add",
        "Poll another feed, after a look at what it carries",
        _add,
        (_ADDRESS,),
        Who.MANAGER,
        slow=True,
        also=("feed add", "add feed"),
        examples=(
            "feeds add https://example.org/football/rss.xml",
            "feeds add https://example.org/search.rss?q={player}",
        ),
    ),
    Command(
        "feeds remove",
        "Poll a feed no more",
        _remove,
        (_FEED,),
        Who.MANAGER,
        also=("feed remove", "remove feed", "feeds delete"),
        examples=("feeds remove #12", "feeds remove Daily Herald"),
    ),
    Command(
        "feeds test",
        "Look at what an address carries, without adding it",
        _test,
        (_ADDRESS,),
        Who.MANAGER,
        slow=True,
        also=("feed test", "test feed", "feeds check"),
        examples=("feeds test example.org/rss", "feeds test #12"),
    ),
    Command(
        "feeds import",
        "Add the feeds of an OPML file",
        _import,
        (Option("file", "the OPML file", takes=Takes.FILE, main=True, longest=1000),),
        Who.MANAGER,
        also=("feed import", "import"),
        examples=("feeds import feeds.opml",),
    ),
    Command(
        "feeds export",
        "All feeds as an OPML file",
        _export,
        (),
        Who.MANAGER,
        also=("feed export", "export"),
    ),
)
