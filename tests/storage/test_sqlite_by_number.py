"""Statements that run for many rows are sent with numbers for names, and mean the same."""

from __future__ import annotations

from storage.sqlite import numbered


def test_a_name_that_comes_twice_is_one_number_and_texts_and_comments_stay() -> None:
    sql, values = numbered("select :b, ':a', :a -- of :c\n, :b, 'it''s :d' || :_e")
    assert sql == "select ?1, ':a', ?2 -- of :c\n, ?1, 'it''s :d' || ?3"
    assert values({"a": 1, "b": 2, "_e": 3, "more": 4}) == (2, 1, 3)


def test_a_single_name_gives_a_row_of_one() -> None:
    sql, values = numbered("delete from entries where id = :id")
    assert (sql, values({"id": 7})) == ("delete from entries where id = ?1", (7,))
