"""The policy on labelled sagas: with the links as labelled, the alerts are as labelled, every one."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from links.claim import Claim, Stage, Status
from links.decide import advance, decide
from links.fold import fold
from links.link import Link
from links.players import same_player

ROOT = Path(__file__).resolve().parents[2]
SAGAS = Path(os.environ.get("DEADLINEDAY_SHARED", ROOT.parent / "shared")) / "corpus" / "sagas.jsonl"

needs_sagas = pytest.mark.skipif(
    not SAGAS.is_file(), reason="the reference folder is not beside the checkout (DEADLINEDAY_SHARED)"
)


def alerts_of(saga: dict[str, Any]) -> list[tuple[str, str, str]]:
    """(item, club, kind) of every alert that the policy gives for the saga's player."""
    names = [saga["player"], *saga.get("aliases", [])]
    links: dict[str, Link] = {}
    found = []
    for item in saga["items"]:
        at = datetime.fromisoformat(item["published"])
        for label in item["links"]:
            if not any(same_player(name, label["player"]) for name in names):
                continue
            claim = Claim(label["player"], label["club"], Stage.of(label["stage"]), Status(label["status"]))
            link = links.get(fold(claim.club))
            kind = decide(link, claim, at)
            links[fold(claim.club)] = advance(link, claim, at, player_id=1)
            if kind:
                found.append((item["id"], fold(claim.club), kind.value))
    return found


@needs_sagas
def test_labelled_links_give_the_labelled_alerts() -> None:
    sagas = [json.loads(line) for line in SAGAS.read_text(encoding="utf-8").splitlines() if line.strip()]
    assert sagas
    for saga in sagas:
        labelled = [
            (item["id"], fold(alert["club"]), alert["kind"])
            for item in saga["items"]
            for alert in item["alerts"]
            if alert["kind"] != "none"
        ]
        assert sorted(alerts_of(saga)) == sorted(labelled), saga["id"]
