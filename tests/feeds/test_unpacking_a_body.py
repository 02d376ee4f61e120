"""A body is unpacked the same however the network cuts it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.body import Body, TooLarge
from tests.feeds.web import PACKERS


def unpacked(packed: bytes, encoding: str, cuts: list[int], limit: int = 10**6) -> bytes:
    body = Body(encoding, limit)
    edges = sorted({0, len(packed), *(cut % (len(packed) + 1) for cut in cuts)})
    for start, end in pairwise(edges):
        body.feed(packed[start:end])
    return body.finish()


@pytest.mark.parametrize("packing", [*PACKERS, ""])
@given(st.text(max_size=300), st.integers(0, 2000), st.lists(st.integers(0, 10**6), max_size=6))
def test_law_cuts_do_not_matter(packing: str, text: str, times: int, cuts: list[int]) -> None:
    plain = b"<rss>" + text.encode() * times
    packed = PACKERS[packing](plain) if packing else plain
    assert unpacked(packed, packing.split()[-1] if packing else "", cuts) == plain


@pytest.mark.parametrize("packing", PACKERS)
def test_the_limit_holds_to_the_byte(packing: str) -> None:
    packed = PACKERS[packing](b"<" + b"a" * 9_999)
    encoding = packing.split()[-1]
    assert len(unpacked(packed, encoding, [7], 10_000)) == 10_000
    with pytest.raises(TooLarge):
        unpacked(packed, encoding, [7], 9_999)


@pytest.mark.parametrize("packing", PACKERS)
def test_a_packed_body_that_breaks_off_gives_what_came(packing: str) -> None:
    plain = bytes(range(256)) * 400
    whole = PACKERS[packing](b"<rss>" + plain)
    assert (b"<rss>" + plain).startswith(unpacked(whole[: len(whole) // 2], packing.split()[-1], []))


@given(st.binary(max_size=50), st.sampled_from(["", "identity", "x-gzip", "deflate"]))
def test_law_a_short_body_is_kept(body: bytes, encoding: str) -> None:
    if encoding in ("", "identity") and body[:2] != b"\x1f\x8b" and body[:4] != b"\x28\xb5\x2f\xfd":
        assert unpacked(body, encoding, [1, 2, 3]) == body
