"""The project's own labelled articles: each label must be one that the article can carry."""

from __future__ import annotations

import csv
import re
import tomllib
import unicodedata
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from links.claim import Deal, Stage, Status

ARTICLES = Path(__file__).parent / "articles"
CLUBS = Path(__file__).parents[2] / "links" / "data" / "clubs.csv"
FILES = sorted(ARTICLES.rglob("*.toml"))

ARTICLE_KEYS = {"id", "outlet", "published", "phenomena", "title", "text", "links", "traps"}
LINK_KEYS = {"player", "club", "from", "stage", "status", "deal", "fee", "sources"}


def articles_in(path: Path) -> list[dict[str, Any]]:
    articles: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["article"]
    return articles


def every_article() -> list[dict[str, Any]]:
    return [article for path in FILES for article in articles_in(path)]


def words(text: str) -> str:
    """Lower case without accents and signs, so that a sentence retyped with other commas is still seen."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", bare))


def whole(article: dict[str, Any]) -> str:
    return f"{article['title']}\n{article['text']}"


@pytest.fixture(scope="module")
def articles() -> list[dict[str, Any]]:
    return every_article()


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ARTICLES)))
def test_the_file_has_articles_with_known_keys_and_legal_words(path: Path) -> None:
    for article in articles_in(path):
        assert set(article) <= ARTICLE_KEYS, article["id"]
        assert datetime.fromisoformat(article["published"]).tzinfo is not None, article["id"]
        assert article["title"] or article["text"], article["id"]
        assert all(1 <= number <= 48 for number in article["phenomena"]), article["id"]
        for link in article.get("links", []):
            assert set(link) <= LINK_KEYS, article["id"]
            Stage.of(link["stage"])
            Status(link["status"])
            if "deal" in link:
                Deal(link["deal"])
        for trap in article.get("traps", []):
            assert set(trap) == {"player", "club", "why"}, article["id"]


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ARTICLES)))
def test_players_fees_and_sources_stand_in_the_text(path: Path) -> None:
    for article in articles_in(path):
        text = whole(article)
        for label in [*article.get("links", []), *article.get("traps", [])]:
            assert label["player"] in text, (article["id"], label["player"])
            assert label.get("fee", "") in text, (article["id"], label["fee"])
            for source in label.get("sources", []):
                assert source in text, (article["id"], source)


def test_clubs_are_known_to_the_projects_own_data(articles: list[dict[str, Any]]) -> None:
    if not CLUBS.exists():
        pytest.skip("the clubs have not been carried over yet")
    with CLUBS.open(encoding="utf-8", newline="") as lines:
        known = {name for row in csv.DictReader(lines) for name in (row["name"], *row["aliases"].split("|"))}
    for article in articles:
        for label in [*article.get("links", []), *article.get("traps", [])]:
            assert {label["club"], label.get("from", label["club"])} <= known, (article["id"], label)


def test_ids_are_unique(articles: list[dict[str, Any]]) -> None:
    assert [name for name, times in Counter(a["id"] for a in articles).items() if times > 1] == []


def test_a_pair_is_labelled_once_and_is_not_a_trap_too(articles: list[dict[str, Any]]) -> None:
    for article in articles:
        pairs = [(x["player"], x["club"]) for x in [*article.get("links", []), *article.get("traps", [])]]
        assert len(pairs) == len(set(pairs)), article["id"]


def test_no_sentence_is_told_twice(articles: list[dict[str, Any]]) -> None:
    told: dict[str, str] = {}
    for article in articles:
        for sentence in re.split(r"(?<=[.!?])\s+|\n+", whole(article)):
            key = words(sentence)
            if len(key.split()) >= 5:
                assert told.setdefault(key, article["id"]) == article["id"], sentence


def test_silence_is_taught_as_much_as_speech(articles: list[dict[str, Any]]) -> None:
    speaking = sum(1 for article in articles if article.get("links"))
    silent = len(articles) - speaking + sum(len(article.get("traps", [])) for article in articles)
    assert silent >= speaking
