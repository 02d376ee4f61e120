from dataclasses import replace

import pytest

from links.claim import Deal, Stage, Status
from storage.entry import KnownEntry
from storage.errors import Conflict
from storage.store import Store
from tests.storage.builders import NOON, a_claim, after, an_entry


async def test_an_entry_comes_back_as_it_was_saved(store: Store) -> None:
    feed = await store.add_feed("https://f.example/1")
    entry = an_entry(
        "k", link="https://f.example/a", guid="g", updated=after(hours=1), author="Ann", lang="en"
    )
    ids = await store.save_entries(feed.id, [entry], after(minutes=1))
    stored = await store.entry(ids["k"])
    assert stored is not None
    assert stored.entry == entry
    assert (stored.feed_id, stored.first_seen, stored.changed) == (
        feed.id,
        after(minutes=1),
        after(minutes=1),
    )
    assert await store.entry(999) is None


async def test_an_entry_is_one_over_all_feeds_and_known_by_its_key(store: Store) -> None:
    one, two = await store.add_feed("https://f.example/1"), await store.add_feed("https://f.example/2")
    ids = await store.save_entries(one.id, [an_entry("a"), an_entry("b")], NOON)
    again = await store.save_entries(two.id, [an_entry("b"), an_entry("c"), an_entry("c")], after(hours=1))
    assert again["b"] == ids["b"]
    assert len({*ids.values(), *again.values()}) == 3
    known = await store.known(["a", "c", "never seen", "it's \" odd"])
    assert known == {
        "a": KnownEntry(ids["a"], an_entry("a").content_hash),
        "c": KnownEntry(again["c"], an_entry("c").content_hash),
    }


async def test_a_changed_entry_takes_its_new_text_and_keeps_its_first_date(store: Store) -> None:
    ids = await store.save_entries(None, [an_entry("k")], NOON)
    later = an_entry("k", title="Rovers agree fee", published=after(days=2), content_hash="new", outlet=None)
    assert await store.save_entries(None, [later], after(days=2)) == ids
    stored = await store.entry(ids["k"])
    assert stored is not None
    assert stored.entry == replace(later, published=NOON, outlet="Evening Post")
    assert (stored.first_seen, stored.changed) == (NOON, after(days=2))


async def test_an_unchanged_entry_is_left_alone(store: Store) -> None:
    ids = await store.save_entries(None, [an_entry("k")], NOON)
    await store.save_entries(None, [an_entry("k")], after(days=2))
    stored = await store.entry(ids["k"])
    assert stored is not None
    assert stored.changed == NOON


async def test_an_entry_of_a_feed_that_was_removed_meanwhile_is_refused(store: Store) -> None:
    with pytest.raises(Conflict):
        await store.save_entries(77, [an_entry("k")], NOON)
    assert await store.known(["k"]) == {}


async def test_no_entries_cost_nothing(store: Store) -> None:
    assert await store.save_entries(None, [], NOON) == {}
    assert await store.known([]) == {}


@pytest.mark.parametrize(
    "text", ["nul\0here", "half a pair \ud83d", "Ødegård 🙂", "a\u2028b", "'; drop table entries"]
)
async def test_hostile_text_is_kept_without_what_no_database_takes(store: Store, text: str) -> None:
    ids = await store.save_entries(
        None, [an_entry("k", title=text, text=text, author=text, content_hash="h")], NOON
    )
    stored = await store.entry(ids["k"])
    assert stored is not None
    assert stored.entry.title == stored.entry.text == text.replace("\0", "").replace("\ud83d", "?")


async def test_old_text_is_dropped_and_the_rest_stays(store: Store) -> None:
    player = await store.add_player("Ada Vale")
    old = await store.save_entries(None, [an_entry(f"old{n}") for n in range(1001)], NOON)
    new = await store.save_entries(None, [an_entry("new")], after(days=9))
    await store.save_claims([(old["old0"], player.id, NOON, a_claim())])

    assert await store.prune(after(days=5)) == 1001
    assert await store.prune(after(days=5)) == 0

    stored, kept = await store.entry(old["old0"]), await store.entry(new["new"])
    assert stored is not None
    assert kept is not None
    assert (stored.entry.text, stored.entry.title) == ("", an_entry().title)
    assert kept.entry.text
    assert (await store.known(["old0"]))["old0"].content_hash == an_entry().content_hash
    assert (await store.claims_of(player.id))[0].claim == a_claim()


async def test_a_claim_comes_back_with_what_is_shown_of_its_entry(store: Store) -> None:
    player = await store.add_player("Ada Vale")
    ids = await store.save_entries(None, [an_entry("k", link="https://f.example/a")], NOON)
    claim = a_claim(
        status=Status.STALLED, from_club="City", deal=Deal.LOAN, fee="£5m", sources=("The Post", "Ann Lee"),
        why=("stage: talks", "club: “Rovers”"),
    )  # fmt: skip
    await store.save_claims([(ids["k"], player.id, after(hours=1), claim)])
    (stored,) = await store.claims_of(player.id)
    assert stored.claim == claim
    assert (stored.at, stored.published, stored.entry_id) == (after(hours=1), NOON, ids["k"])
    assert (stored.title, stored.link, stored.outlet) == (
        an_entry().title,
        "https://f.example/a",
        "Evening Post",
    )
    assert await store.claims_in(ids["k"]) == [stored]


async def test_claims_are_paged_by_time_of_publication_also_where_times_are_equal(store: Store) -> None:
    player = await store.add_player("Ada Vale")
    times = [3, 1, 1, 1, 2, 0]
    ids = await store.save_entries(None, [an_entry(f"k{n}") for n in range(6)], NOON)
    await store.save_claims(
        [(ids[f"k{n}"], player.id, after(hours=hour), a_claim("Rovers" if n % 2 else "City"))
         for n, hour in enumerate(times)]
    )  # fmt: skip
    seen, last = [], None
    while page := await store.claims_of(player.id, limit=2, before=last):
        seen += page
        last = page[-1].id
    assert [claim.at for claim in seen] == [after(hours=hour) for hour in (3, 2, 1, 1, 1, 0)]
    assert len({claim.id for claim in seen}) == 6
    rovers = await store.claims_of(player.id, "Rovers", limit=2)
    assert [c.claim.club for c in rovers] == ["Rovers"] * 2
    assert len(await store.claims_of(player.id, "Rovers", before=rovers[-1].id)) == 1
    assert await store.claims_of(player.id, before=12345) == []


async def test_claims_of_a_re_read_entry_take_the_place_of_the_old_ones(store: Store) -> None:
    player = await store.add_player("Ada Vale")
    ids = await store.save_entries(None, [an_entry("k"), an_entry("other")], NOON)
    entry = ids["k"]
    await store.save_claims(
        [(entry, player.id, NOON, a_claim("Rovers")), (entry, player.id, NOON, a_claim("City"))]
    )
    await store.save_claims([(ids["other"], player.id, NOON, a_claim("United"))])
    first = {c.claim.club: c.id for c in await store.claims_in(entry)}

    await store.save_claims([(entry, player.id, NOON, a_claim("Rovers", Stage.BID))])

    (kept,) = await store.claims_in(entry)
    assert (kept.id, kept.claim.stage) == (first["Rovers"], Stage.BID)
    await store.save_claims([], reread=[entry])
    assert await store.claims_in(entry) == []
    assert len(await store.claims_in(ids["other"])) == 1


async def test_of_two_claims_of_one_pair_in_one_entry_the_last_counts(store: Store) -> None:
    player = await store.add_player("Ada Vale")
    ids = await store.save_entries(None, [an_entry("k")], NOON)
    twice = [(ids["k"], player.id, NOON, a_claim(stage=stage)) for stage in (Stage.TALKS, Stage.BID)]
    await store.save_claims(twice)
    assert [c.claim.stage for c in await store.claims_of(player.id)] == [Stage.BID]


async def test_reports_tell_who_stood_behind_a_link(store: Store) -> None:
    player = await store.add_player("Ada Vale")
    outlets = ["Post", "Post", "Echo", None]
    sources = [("Ann Lee",), (), ("Ann Lee", "The Post"), ()]
    entries = [an_entry(f"k{n}", outlet=outlet) for n, outlet in enumerate(outlets)]
    ids = await store.save_entries(None, entries, NOON)
    await store.save_claims(
        [(ids[f"k{n}"], player.id, after(hours=n), a_claim(sources=named)) for n, named in enumerate(sources)]
    )
    reports = await store.reports(player.id, "Rovers")
    assert [(r.outlet, r.source, r.count) for r in reports] == [
        ("Post", "Ann Lee", 1), ("Post", None, 1), ("Echo", "Ann Lee", 1), ("Echo", "The Post", 1),
        (None, None, 1),
    ]  # fmt: skip
    assert [r.outlet for r in await store.reports(player.id, "Rovers", since=after(hours=3))] == [None]
    assert await store.reports(player.id, "City") == []
