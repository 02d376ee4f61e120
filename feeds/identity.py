"""What makes two sightings one entry. Guids, dates and addresses are all unreliable; together they do."""

from __future__ import annotations

import codecs
import contextlib
import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import cast
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

import xxhash

# Parameters that say how a reader came, not what is read.
_TRACKING = re.compile(
    r"(?i)(?:utm|at|mc|pk|mtm|piwik|matomo|hsa|ns|fb|ga|_?hs|vero|oly|wt|sc|xt|trk)_.*"
    r"|_ga|_gl|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|igsh|mkt_tok|xtor"
    r"|cmp|cmpid|ito|ico|icid|ocid|ncid|s_cid|sh|smid|srnd|partner|partnerid|ref|ref_src|ref_url|referrer"
    r"|rss|src|source|medium|campaign|feed|from|share|shared|soc_src|soc_trk|spm|wt\.\w+|traffic_source"
    r"|taid|dpr|guccounter|oc|hl|gl|ceid"
)
_AMP_PARAMETER = re.compile(r"(?i)amp|amp=.*|(?:output|outputtype|view|mode|type)=(?:amp|mobile)|mobile=.*")
_HOST_PREFIX = re.compile(r"^(?:www\d?|m|mobile|amp|mobil)\.(?=[^.]+\.[^.]+)")
_AMP_PATH = re.compile(r"(?i)(?:/amp(?:/|\.html)?|\.amp|/amphtml/?)$")
_INDEX = re.compile(r"(?i)/(?:index|default)\.(?:html?|php|aspx?)$")
# An address that is spelled as it should be: most are, and need no taking apart.
_TIDY = re.compile(r"https?://([a-z0-9-]+(?:\.[a-z0-9-]+)+)((?:/[A-Za-z0-9_.-]+)*/?)", re.ASCII)
# The same articles under two names.
_TWINS = {"bbc.com": "bbc.co.uk"}
# BBC re-issues an article's guid with a counter behind it (seen in lwindolf/liferea#1361).
_REISSUE = re.compile(r"#\d+$")
_WORD = re.compile(r"\w+")
# ASCII to lower case, and what is no part of a word to a space, but for U+001C; UTF-8's other bytes stay.
_WORD_BYTES = bytes(
    code
    if code > 127 or code == 0x1C
    else ord(chr(code).lower())
    if chr(code).isalnum() or code == 0x5F
    else 0x20
    for code in range(256)
)
_NO_WORDS = bytes(code for code in range(128) if _WORD_BYTES[code] == 0x20)
_NO_DIGITS = bytes(code for code in range(256) if chr(code).isalpha() or code == 0x5F or code > 127)
_UNWISE = re.compile(
    r"[\s\x00-\x20\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff<>\"\\^`{|}]"
)


@dataclass(frozen=True, slots=True)
class Marks:
    """What an entry carries that could tell it from others. `published` is as written, not adjusted."""

    link: str | None = None
    guid: str | None = None
    title: str = ""
    text: str = ""
    published: datetime | None = None


def address(url: str | None) -> str | None:
    """The address if it can be shown and followed: http(s), a host, no password, sane length; else None."""
    if not url or "://" not in url:
        return None
    if is_tidy(url):
        return url
    url = _UNWISE.sub(lambda match: quote(match[0], errors="ignore"), url.strip())
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or len(url) > 2048:
        return None
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def is_tidy(url: str) -> bool:
    """Whether the address is absolute and needs no mending; False says nothing."""
    return len(url) <= 2048 and _TIDY.fullmatch(url) is not None


def canonical(url: str) -> str:
    """One spelling for all addresses of an article; empty for what is no http(s) address.

    Always https; without www., m. and amp. before the host, fragment, tracking parameters, AMP marks,
    trailing slash; the remaining parameters sorted. Not meant to be fetched.
    """
    if len(url) <= 2048 and (tidy := _TIDY.fullmatch(url)):
        host, path = tidy.groups()
        if "google." not in host and "ampproject" not in host:  # those wrap another address
            return f"https://{_host(host)}{_stripped_path(path)}"
    if "://" not in url:
        return ""
    for _ in range(3):
        inner = _unwrapped(url)
        if inner is None:
            break
        url = inner
    usable = address(url)
    if usable is None:
        return ""
    parts = urlsplit(usable)
    host = _host(parts.hostname or "")
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    path = quote(
        unquote(parts.path, errors="surrogateescape"), safe="/:@!$&'()*+,;=~-._", errors="surrogateescape"
    )
    path = _stripped_path(re.sub(r"/{2,}", "/", path))
    query = sorted(
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True, errors="surrogateescape")
        if not _TRACKING.fullmatch(name)
        and not _AMP_PARAMETER.fullmatch(f"{name}={value}" if value else name)
    )
    tail = f"?{urlencode(query, errors='surrogateescape')}" if query else ""
    return f"https://{host}{port}{path}{tail}"


def keys_of(entries: Sequence[Marks], *, scope: str) -> list[str]:
    """The key of each entry of a page, "" for one that carries nothing to know it by.

    In this order: its article's address; its guid, if that is an address, or is its own; its title and
    day. An address that several entries share (the site's home, one page for all news) tells nothing.
    `scope` is the site (its home or the feed's address): guids and titles are unique within one only.
    """
    known = [known_by(entry.link, entry.guid) for entry in entries]
    links, guids, addresses = ([names[n] for names in known] for n in range(3))
    site = _site(scope)
    poor_links = _shared(links, entries) | {canonical(scope)}
    poor_addresses = _shared(addresses, entries) | {canonical(scope)}
    poor_guids = _shared(guids, entries)
    keys = []
    for entry, link, guid, guid_address in zip(entries, links, guids, addresses, strict=True):
        if _is_article(link) and link not in poor_links:
            keys.append(link)
        elif _is_article(guid_address) and guid_address not in poor_addresses:
            keys.append(guid_address)
        elif guid and guid not in poor_guids:
            keys.append(f"guid:{site}:{_short(guid)}")
        else:
            keys.append(_title_key(entry, site))
    return keys


def known_by(link: str | None, guid: str | None) -> tuple[str, str, str]:
    """What `keys_of` compares: the article's address, the guid, and the address in that; "" for none."""
    guid = _reissued(guid.strip()) if guid else ""
    return canonical(link) if link else "", guid, canonical(guid) if "://" in guid else ""


def key_of(entry: Marks, *, scope: str) -> str:
    """The key of an entry that stands alone (see `keys_of`)."""
    return keys_of([entry], scope=scope)[0]


def content_hash(title: str, text: str) -> str:
    """Changes when a reader would notice: neither case, accents, punctuation nor layout count."""
    parts = (hashed(part.replace("\x1c", " "))[0] for part in (title, text))
    return xxhash.xxh3_64_hexdigest(b"\n".join(b"%b\n%b" % part for part in parts))


def hashed(text: str) -> list[tuple[bytes, bytes]]:
    """What is hashed of each part, U+001C being between them: all but the spaces, and the numbers with spaces
    in between, for 1.5m is not 15m."""
    plainer = text.encode("ascii", _PLAINER)
    letters = plainer.translate(_WORD_BYTES, _NO_WORDS).split(b"\x1c")
    numbers = plainer.translate(_WORD_BYTES, _NO_DIGITS).split(b"\x1c")
    return [(part, b" ".join(of.split())) for part, of in zip(letters, numbers, strict=True)]


@lru_cache(maxsize=4096)
def _host(host: str) -> str:
    host = host.rstrip(".").lower()
    with contextlib.suppress(UnicodeError):
        host = host if host.isascii() else host.encode("idna").decode("ascii")
    before = None
    while host != before:
        before, host = host, _HOST_PREFIX.sub("", host)
    host = _TWINS.get(host, host)
    return f"[{host}]" if ":" in host else host


def _reissued(guid: str) -> str:
    return _REISSUE.sub("", guid) if "#" in guid else guid


def _unwrapped(url: str) -> str | None:
    """The address inside a redirector's or an AMP cache's, None where there is none."""
    parts = urlsplit(url) if address(url) else None
    if parts is None:
        return None
    host = (parts.hostname or "").lower()
    if host.endswith(".cdn.ampproject.org") or (re.fullmatch(r"(www\.)?google\.[a-z.]+", host)):
        if found := re.match(r"/(?:amp|c|v|wp|i|r)/(s/)?([^/]+\.[^/]+.*)", parts.path):
            query = f"?{parts.query}" if parts.query else ""
            return f"http{'s' if found[1] else ''}://{found[2]}{query}"
        if parts.path == "/url":  # Google Alerts
            query_of = dict(parse_qsl(parts.query))
            inner = query_of.get("url") or query_of.get("q")
            return inner if address(inner) else None
    return None


def _stripped_path(path: str) -> str:
    low = path.lower()
    if "amp" not in low and "index." not in low and "default." not in low:
        return path.rstrip("/")
    before = None
    while path != before:
        before = path
        path = _INDEX.sub("", _AMP_PATH.sub("", path)).rstrip("/")
    return path.removeprefix("/amp") if path.startswith("/amp/") else path


def _is_article(canonical_address: str) -> bool:
    """Whether the address leads to more than a site's front page."""
    behind = canonical_address[len("https://") :]
    return "/" in behind or "?" in behind


def _shared(values: Sequence[str], entries: Sequence[Marks]) -> set[str]:
    """Values that too many entries carry to mean one article.

    Two of many may be an article and its re-issue; three, or all under different titles, are not.
    """
    written = [value for value in values if value]
    if len(set(written)) == len(written) and (len(entries) > 1 or not written):
        return set()
    counts = Counter(written)
    titles = {_words(entry.title) for entry in entries}
    all_alike = len(entries) > 1 and len(titles) > 1
    return {
        value
        for value, n in counts.items()
        if (all_alike and n == len(entries)) or _many(value, n, values, entries)
    }


def _many(value: str, n: int, values: Sequence[str], entries: Iterable[Marks]) -> bool:
    if n < 3:
        return False
    titles = {_words(e.title) for v, e in zip(values, entries, strict=True) if v == value}
    return len(titles) > 1


def _title_key(entry: Marks, site: str) -> str:
    words = (_words(entry.title) or _words(entry.text)).decode()
    if not words:
        return ""
    day = entry.published.date().isoformat() if entry.published else ""
    return f"title:{site}:{day}:{_short(words)}"


def _site(scope: str) -> str:
    return urlsplit(canonical(scope)).netloc or _short(scope.lower())


def _short(text: str) -> str:
    text = _UNWISE.sub("", text) if len(text) <= 100 else text
    return (
        text
        if len(text) <= 100
        else hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()
    )


def _words(text: str) -> bytes:
    """The words in UTF-8, parted by single spaces, without case and accents."""
    return b" ".join(words_of(text.replace("\x1c", " ")).split())


def words_of(text: str) -> bytes:
    """The words in UTF-8, without case and accents, parted by spaces; U+001C stays as it is."""
    return text.encode("ascii", _PLAINER).translate(_WORD_BYTES)


class _Runs(dict[str, bytes]):
    """Runs of letters beyond ASCII without case and accents; spaces for all else."""

    def __missing__(self, run: str) -> bytes:
        bare = (char for char in unicodedata.normalize("NFKD", run) if not unicodedata.combining(char))
        plain = "".join(char if char.isalnum() else " " for char in "".join(bare).casefold())
        found = plain.encode("utf-8", "replace")
        if len(run) <= 8 and len(self) < 8192:
            self[run] = found
        return found


_RUNS = _Runs()


def _plainer(error: UnicodeEncodeError) -> tuple[bytes, int]:
    end = error.end
    return _RUNS[error.object[error.start : end]], end


# An encoder finds what is not ASCII many times as fast as a regular expression does.
_PLAINER = "deadlineday.plainer"
codecs.register_error(_PLAINER, cast(Callable[[UnicodeError], tuple[bytes, int]], _plainer))
