"""The facts that ship pass the script that checks them."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_facts", ROOT / "scripts" / "check_facts.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_facts_that_ship_have_no_fault(script: ModuleType) -> None:
    assert script.faults() == []


def test_a_fault_is_told(script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "default_feeds.csv").write_text(
        "url,title,language,country,kind\nhttp://a.example/rss,A (as listed),english,,national\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(script, "FEEDS", tmp_path)
    assert len(list(script.feeds())) == 3
