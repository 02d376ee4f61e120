"""Score the reader: python scripts/score.py [dev|kept|real|realkept|seeds|own|sample|sagas ...] [--errors]

Reads the labelled corpora in-process. The reference folder is found beside the checkout (../shared) or where
DEADLINEDAY_SHARED says; without it only the project's own articles are scored. A third of the English records
of dev and real is kept out (sha256 of the id, modulo 3, is 0): for those only totals are ever shown.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import importlib.util
import json
import os
import sys
import time
import tomllib
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.lines import replay_lines
from bot.sample.story import load_story
from feeds.entry import Entry
from links.names import Names
from links.read import evidence_of, read

ROOT = Path(__file__).resolve().parent.parent
Record = dict[str, Any]


def shared() -> Path | None:
    """The reference folder, None where there is none."""
    folder = Path(os.environ.get("DEADLINEDAY_SHARED", ROOT.parent / "shared"))
    return folder if (folder / "tools" / "score.py").is_file() else None


def kept_out(record_id: str) -> bool:
    """The third that nobody looks at while working on the reader."""
    return int(hashlib.sha256(record_id.encode()).hexdigest(), 16) % 3 == 0


def records(folder: Path | None, name: str, lang: str = "en") -> list[Record]:
    """The records of one set."""
    if name == "own":
        return own(lang)
    if name == "sample":
        return sample() if lang == "en" else []
    if folder is None:
        return []
    file = {"dev": "dev", "kept": "dev", "real": "real", "realkept": "real", "seeds": "seeds"}[name]
    lines = (folder / "corpus" / f"{file}.jsonl").read_text(encoding="utf-8").splitlines()
    found = [r for r in map(json.loads, filter(None, lines)) if r.get("lang", "en") == lang]
    if name == "seeds":
        return found
    return [r for r in found if kept_out(r["id"]) == name.endswith("kept")]


def own(lang: str) -> list[Record]:
    """The project's own labelled articles."""
    out: list[Record] = []
    for file in sorted((ROOT / "tests" / "links" / "articles" / lang).glob("*.toml")):
        for number, article in enumerate(tomllib.loads(file.read_text(encoding="utf-8")).get("article", ())):
            out.append({"id": f"{file.stem}-{number:03}", "lang": lang, "links": [], **article})
    return out


def sample() -> list[Record]:
    """The entries of the bundled sample story, every one of which has to be read right."""
    story = load_story()
    titles = {outlet.id: outlet.title for outlet in story.outlets}
    return [
        {
            "id": f"sample-{entry.id}", "lang": "en", "outlet": titles[entry.outlet], "title": entry.title,
            "text": entry.text,
            "links": [
                {"player": r.player, "club": r.club, "stage": r.stage.word, "status": r.status.value}
                for r in entry.reports
            ],
        }
        for entry in story.entries
    ]  # fmt: skip


def entry_of(record: Record) -> Entry:
    """The record as a feed would carry it."""
    return Entry(
        key=record["id"], title=record.get("title") or "", text=record.get("text") or "",
        lang=record.get("lang"), outlet=record.get("outlet"), published=_when(record.get("published")),
    )  # fmt: skip


def predict(record: Record, names: Names, *, watch: bool = False, rules: bool = False) -> list[Record]:
    """The links that the reader finds in a record."""
    entry = entry_of(record)
    people = sorted(
        {link["player"] for link in record["links"]} | {_who(t) for t in record.get("traps") or ()}
    )
    claims = (
        evidence_of(entry, names)[0] if rules else read(entry, names, watch=people if watch else None).claims
    )
    return [
        {
            "player": c.player, "club": c.club, "from": c.from_club, "stage": c.stage.word,
            "status": str(c.status),
            "deal": c.deal and str(c.deal), "fee": c.fee, "sources": list(c.sources), "quote": c.quote,
            "why": list(c.why),
        }
        for c in claims
    ]  # fmt: skip


def _when(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None


def _who(trap: Any) -> str:
    return str(trap["player"] if isinstance(trap, dict) else trap[0])


def scorer(folder: Path, name: str = "score") -> Any:
    """A reference scorer as a module: "score" for links, "score_sagas" for alerts."""
    spec = importlib.util.spec_from_file_location(f"reference_{name}", folder / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def table_row(tool: Any, name: str, gold: list[Record], pred: dict[str, list[Record]]) -> str:
    """One line of the table."""
    n, _, _, _ = tool.score(gold, pred)
    p, r, f = tool.f1(n["tp"], n["fp"], n["fn"])
    s = tool.f1(n["src_tp"], n["src_fp"], n["src_fn"])[2]

    def rate(a: str, b: str) -> str:
        return f"{n[a] / n[b]:.3f}" if n[b] else "  n/a"

    return (
        f"{name:9} links {n['tp'] + n['fn']:4} P {p:.3f} R {r:.3f} F1 {f:.3f} | "
        f"stage {rate('stage_exact', 'tp')} status {rate('status_ok', 'tp')} "
        f"deal {rate('deal_ok', 'deal_all')} from {rate('from_ok', 'from_all')} src {s:.3f} "
        f"| traps {n['trap_hits']}/{n['traps']}"
    )


def show_errors(tool: Any, gold: list[Record], pred: dict[str, list[Record]]) -> None:
    """Errors by kind and record."""
    by_id = {g["id"]: g for g in gold}
    kinds: dict[str, list[str]] = defaultdict(list)
    _, _, _, errors = tool.score(gold, pred)
    for kind, rid, player, club, stage in errors:
        found = next(
            (p for p in pred[rid] if p["club"] == club and p["player"] == player),
            next(
                (
                    p
                    for p in pred[rid]
                    if tool.same_player(player, p["player"]) and tool.club(club) == tool.club(p["club"])
                ),
                {},
            ),
        )
        quote = f"\n      {found['quote'][:300]!r}\n      {found['why'][:6]}" if found else ""
        kinds[kind].append(f"  {rid} {player} -> {club}: {stage}{quote}")
    for rid, g in by_id.items():
        for i, j in tool.pair(g["links"], pred[rid]):
            want, have = g["links"][i], pred[rid][j]
            if want.get("ambiguous"):
                continue
            where = f"  {rid} {want['player']} -> {want['club']}: "
            if have["status"] not in tool.readings(want, "status"):
                kinds["status"].append(
                    where
                    + f"{want['status']} read as {have['status']}"
                    + f"\n      {have['quote'][:300]!r}\n      {have['why'][:6]}"
                )
            if want.get("deal") and want["deal"] != have["deal"]:
                kinds["deal"].append(where + f"{want['deal']} read as {have['deal']}")
            if want.get("from") and tool.club(want["from"]) != tool.club(have["from"]):
                kinds["from"].append(where + f"{want['from']} read as {have['from']}")
            if sorted(map(tool.source, want.get("sources") or [])) != sorted(
                map(tool.source, have["sources"])
            ):
                kinds["sources"].append(where + f"{want.get('sources')} read as {have['sources']}")
    for kind, lines in kinds.items():
        print(f"\n{kind} ({len(lines)})")
        print("\n".join(lines))


def own_sagas(lang: str) -> list[Record]:
    """The project's own sagas, in the form of the reference."""
    file = ROOT / "tests" / "links" / "sagas" / f"{lang}.toml"
    sagas = tomllib.loads(file.read_text(encoding="utf-8"))["saga"]
    for saga in sagas:
        saga["items"] = [
            {"id": f"{saga['id']}-{number:02}", "lang": lang, **item}
            for number, item in enumerate(saga.pop("item"), 1)
        ]
    return list(sagas)


def alone(sagas: list[Record], lang: str, policy: Any) -> list[Record]:
    """The sagas with their items of one language only, and the alerts that the policy gives for those: what
    a language that is not read would have told before is not asked of this one."""
    out = []
    for saga in sagas:
        short = {**saga, "items": [dict(item) for item in saga["items"] if item["lang"] == lang]}
        for item, alerts in policy.replay(short):
            item["alerts"] = [{"club": club, "kind": kind} for club, kind in alerts]
        out += [short] if short["items"] else []
    return out


def replayed(tool: Any, sagas: list[Record], names: Names) -> dict[str, list[Record]]:
    """The alerts of every item, each saga replayed in a memory of its own."""
    pred: dict[str, list[Record]] = {}
    for saga in sagas:
        items = [json.dumps({k: item.get(k) for k in tool.FIELDS}) for item in saga["items"]]
        told = asyncio.run(replay_lines(items, names, lambda fault: print(fault, file=sys.stderr)))
        pred |= {line["id"]: line["alerts"] for line in map(json.loads, told)}
    return pred


def saga_row(tool: Any, name: str, n: Record) -> str:
    """One line of the table of alerts."""
    p, r, f = tool.links_score.f1(n["exact"], n["false"] + n["kind"], n["kind"] + n["late"] + n["missed"])
    each = (n["alerted"] + n["repeats"]) / max(n["alerted"], 1)
    due = n["exact"] + n["kind"] + n["late"] + n["missed"]
    return (
        f"sagas {name:12} developments {due:3} P {p:.3f} R {r:.3f} F1 {f:.3f} "
        f"| late {n['late']} missed {n['missed']} | {each:.2f} alerts a development"
    )


def score_sagas(folder: Path, names: Names, *, errors: bool) -> None:
    """The alerts of every saga: by language and in all, English by itself, and the project's own."""
    tool, policy = scorer(folder, "score_sagas"), scorer(folder, "saga_policy")
    lines = (folder / "corpus" / "sagas.jsonl").read_text(encoding="utf-8").splitlines()
    sagas = [json.loads(line) for line in lines if line]
    n, by_lang, _, wrong = tool.score(sagas, replayed(tool, sagas, names))
    for lang, m in sorted(by_lang.items()):
        f1 = tool.links_score.f1(m["exact"], m["false"] + m["kind"], m["developments"] - m["exact"])
        print(f"sagas {lang}  developments {m['developments']:3} P {f1[0]:.3f} R {f1[1]:.3f} F1 {f1[2]:.3f}")
    print(saga_row(tool, "all", n))
    for name, some in (("en alone", sagas), ("own en", own_sagas("en"))):
        only = alone(some, "en", policy)
        n, _, _, missed = tool.score(only, replayed(tool, only, names))
        print(saga_row(tool, name, n))
        wrong += [(name, *error) for error in missed]
    if errors:
        print("\n".join("  " + " ".join(map(str, error)) for error in wrong))


def main() -> int:
    """Print the table; with --errors also what is wrong, never of the kept-out third."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument(
        "sets",
        nargs="*",
        default=["dev", "kept", "real", "realkept", "seeds", "own", "sample", "sagas"],
    )
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--watch", action="store_true", help="give the labelled players as watched names")
    parser.add_argument("--rules", action="store_true", help="the rules alone, without the scorer's opinion")
    args = parser.parse_args()
    folder = shared()
    if folder is None:
        print("no reference folder: set DEADLINEDAY_SHARED or put it beside the checkout", file=sys.stderr)
        return 2
    tool, names = scorer(folder), Names.load()
    wrong: list[tuple[str, list[Record], dict[str, list[Record]]]] = []
    for name in args.sets:
        if name == "sagas":
            continue
        gold = records(folder, name)
        begun = time.perf_counter()
        pred = {g["id"]: predict(g, names, watch=args.watch, rules=args.rules) for g in gold}
        spent = (time.perf_counter() - begun) / max(len(gold), 1)
        print(table_row(tool, name, gold, pred) + f" | {spent * 1e3:.1f} ms")
        wrong.append((name, gold, pred))
    if "sagas" in args.sets:
        score_sagas(folder, names, errors=args.errors)
    for name, gold, pred in wrong:
        if args.errors and not name.endswith("kept"):
            print(f"\n== {name}")
            show_errors(tool, gold, pred)
    return 0


if __name__ == "__main__":
    sys.exit(main())
