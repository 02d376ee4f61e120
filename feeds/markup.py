"""Text out of markup, and the few tags that matter to us.

Feeds carry HTML from anybody. A tree is not needed to take the text out of it, and building one costs
quadratic time on a body of 100,000 nested tags; one pass over the tags is linear whatever comes.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

MAX_TEXT = 200_000  # characters of one entry's text
_MAX_MARKUP = 5 * MAX_TEXT

# A tag's inside: no "<", quoted values may hold anything. A tag that never ends reaches to the next "<".
_TAG = re.compile(
    r"<!--(?:.*?-->|.*)|<!\[CDATA\[|\]\]>"
    r"""|<(?P<close>/?)(?P<name>[a-zA-Z][^\s/<>]*)(?P<attrs>(?:[^<>=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+)*+)>"""
    r"|<(?:/?[a-zA-Z]|[!?])[^<>]*+>?",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""([^\s=/"'<>]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++)))?""")

_BLOCK_NAMES = """
    address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption
    figure footer form h1 h2 h3 h4 h5 h6 header hr html legend main menu nav ol p pre section summary table
    tbody tfoot thead tr ul"""
_DROPPED_NAMES = """
    audio button canvas embed head iframe math noscript object script select style svg template textarea title
    video"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_DROPPED = frozenset(_DROPPED_NAMES.split())
_RAW = frozenset(("script", "style", "textarea", "title", "iframe"))
_VOID_EMBED = frozenset(("embed",))

# Control characters but tab and line feed; zero-width and bidirectional controls; soft hyphen; variation of
# nothing at all (tags U+E0000); what is no character. They carry no news and spoil matching, chats and logs.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
_ANY_SPACE = re.compile(r"\s+")
TYPED_BULLETS = frozenset("•▪●‣◦∙■-*")
_BULLET = re.compile(r"(?:[•▪●‣◦∙■]|[-*](?=\s))\s*")

# What str.isprintable lets through of them.
_ODD = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\U000e0000-\U000e0fff]")
_PRINTABLE = bytes(range(0x20, 0x7F))

BREAK, PARAGRAPH, ITEM = "\x1d", "\x1e", "\x1f"  # free to be marks: control characters never survive
TAME_WITH_MARKS = _PRINTABLE + b"\x1c\x1d\x1e\x1f"
_INVISIBLE_BUT_MARKS = re.compile(_INVISIBLE.pattern.replace("\x0e-\x1f", "\x0e-\x1c"))
# `\s` counts U+001C to U+001F as space.
_ANY_SPACE_BUT_MARKS = re.compile(r"[^\S\x1c-\x1f]+")


# Tags that are in order, and mean nothing but a break or nothing at all: nearly all that feeds hold.
QUICK_TAG = re.compile(
    r"<(/?(?:p|br|a|strong|em|b|i|u|span|img|div|ul|ol|li|h[1-6]|blockquote|figure|figcaption|hr|small|sup|sub))"
    r"""(?:>|(?:[ \t\r\n]++[\w:-]++(?:="[^"<>\x1c\x1e]*+"|='[^'<>\x1c\x1e]*+')?+)*+[ \t\r\n]*+/?>)"""
)
_INLINE = frozenset(("a", "strong", "em", "b", "i", "u", "span", "img", "small", "sup", "sub"))


class _Marks(dict[str, str]):
    """What stands for a quick tag."""

    def __missing__(self, tag: str) -> str:
        name = tag.removeprefix("/")
        if name in _INLINE:
            mark = ""
        elif name == "br":
            mark = BREAK
        else:
            mark = PARAGRAPH + ITEM if tag == "li" else PARAGRAPH
        self[tag] = mark
        return mark


MARKS = _Marks()


def clean(text: str) -> str:
    """The text without invisible characters; line ends become line feeds."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    return _INVISIBLE.sub("", text.replace("\x85", "\n"))


def plain(markup: str) -> str:
    """The text of a piece of HTML: paragraphs parted by blank lines, list items as lines with "- ".

    Scripts, styles, forms' buttons and embedded players are dropped with their content; a caption is a
    paragraph of its own. At most `MAX_TEXT` characters.
    """
    quick = _quickly(markup)
    return _thoroughly(markup) if quick is None else quick


def _quickly(markup: str) -> str | None:
    """What `_thoroughly` gives for markup in order, None for all else."""
    text = markup
    if len(markup) > MAX_TEXT or not markup:
        return None if markup else ""
    if "<" in markup or ">" in markup:
        pieces = QUICK_TAG.split(markup)
        tags_found = pieces[1::2]
        if not len(tags_found) == markup.count("<") == markup.count(">"):
            return None
        pieces[1::2] = [MARKS[tag] for tag in tags_found]
        text = "".join(pieces)
    structured = PARAGRAPH in text or BREAK in text
    if "&" in text:
        text = html.unescape(text)
    if "\n" in text:
        if not structured:
            return None
        text = text.replace("\n", " ")
    text = text.replace("\t", " ").replace("\xa0", " ")
    if not is_tame(text.replace(PARAGRAPH, "").replace(BREAK, "").replace(ITEM, "") if structured else text):
        return None
    while "  " in text:
        text = text.replace("  ", " ")
    if BREAK in text or ITEM in text:
        return None if _marked(markup) else laid_out(text)
    paragraphs = [
        line for piece in text.split(PARAGRAPH) if (line := piece.strip(" |" if structured else " "))
    ]
    if any(line[0] in TYPED_BULLETS for line in paragraphs) or (structured and _marked(markup)):
        return None
    return "\n\n".join(paragraphs)


def _marked(markup: str) -> bool:
    return BREAK in markup or PARAGRAPH in markup or ITEM in markup


def is_tame(text: str, marks: bytes = b"") -> bool:
    """Whether the text holds no control, invisible or unusual space character but `marks`."""
    # In bytes, because most of a text is ASCII, and to be looked through at once there.
    rest = text.encode("utf-8", "surrogatepass").translate(None, marks or _PRINTABLE)
    if not rest:
        return True
    beyond = rest.decode("utf-8", "surrogatepass")
    return beyond.isprintable() and not _ODD.search(beyond)


def _thoroughly(markup: str) -> str:
    parts: list[str] = []
    structured = False
    for text, close, name in _pieces(clean(markup[:_MAX_MARKUP])):
        parts.append(text)
        if name == "br":
            parts.append(BREAK)
            structured = True
        elif name == "li":
            parts.append(PARAGRAPH if close else PARAGRAPH + ITEM)
            structured = True
        elif name in _BLOCKS:
            parts.append(PARAGRAPH)
            structured = True
        elif name in ("td", "th"):
            parts.append(" " if close else " | ")
        elif name == "q":
            parts.append("”" if close else "“")
    # No entity becomes one of the marks: html.unescape gives nothing for control characters.
    text = html.unescape("".join(parts))
    return (
        laid_out(_ANY_SPACE_BUT_MARKS.sub(" ", _INVISIBLE_BUT_MARKS.sub("", text)))
        if structured
        else unmarked(text)
    )


def unmarked(text: str) -> str:
    """Text that never was HTML, brought into the same shape: blank lines part paragraphs."""
    text = clean(text[:_MAX_MARKUP])
    paragraphs: list[str] = []
    for block in re.split(r"\n\s*\n", text):
        lines: list[str] = []
        for line in block.split("\n"):
            line = _ANY_SPACE.sub(" ", line).strip()
            if bullet := _BULLET.match(line):
                lines.append(ITEM + line[bullet.end() :])
            elif line:
                lines[-1:] = [f"{lines[-1]} {line}"] if lines else [line]
        paragraphs += lines
    return _joined(paragraphs)


def one_line(markup: str, limit: int = 1000) -> str:
    """A title, name or label: tags and entities gone, one line, at most `limit` characters."""
    if len(markup) <= limit and "<" not in markup:
        text = html.unescape(markup) if "&" in markup else markup
        if is_tame(text):
            while "  " in text:
                text = text.replace("  ", " ")
            text = text.strip(" ")
            return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
    markup = markup[: 20 * limit]
    if "<" in markup:
        markup = "".join(text if not name else f"{text} " * bool(text) for text, _, name in _inline(markup))
    line = _ANY_SPACE.sub(" ", clean(html.unescape(markup))).strip()
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def tags(markup: str, *names: str) -> Iterator[dict[str, str]]:
    """The attributes of each tag of these names, in order, names in lower case and entities decoded."""
    for match in _TAG.finditer(markup):
        name = (match["name"] or "").lower()
        if name in names and not match["close"]:
            yield {
                key.lower(): html.unescape(double or single or bare)
                for key, double, single, bare in _ATTRIBUTE.findall(match["attrs"])
            }


def text_of(markup: str, name: str) -> str:
    """What the first element of this name holds, on one line; empty where there is none."""
    found = re.search(rf"(?is)<{name}\b[^<>]*>(.{{0,2000}}?)</{name}\b", markup)
    return one_line(found[1]) if found else ""


def _inline(markup: str) -> Iterator[tuple[str, bool, str]]:
    """Pieces with the name kept only where a tag parts words."""
    for text, close, name in _pieces(markup):
        yield text, close, name if name in _BLOCKS or name in ("br", "li", "td", "th") else ""


def _pieces(markup: str) -> Iterator[tuple[str, bool, str]]:
    """(text, closing, tag) in order: the text before each tag, and the tag's name ("" at the end)."""
    at = 0
    search_from = 0
    never_closed: set[str] = set()
    while match := _TAG.search(markup, search_from):
        search_from = match.end()
        name = (match["name"] or "").lower()
        close = match["close"] == "/"
        yield markup[at : match.start()], close, name
        at = search_from
        if name in _DROPPED and not close and name not in _VOID_EMBED and name not in never_closed:
            end = re.compile(rf"</{name}\b[^>]*>", re.IGNORECASE).search(markup, at)
            if end:
                at = search_from = end.end()
            elif name in _RAW:
                return  # to the end of the page, as a browser reads it
            else:
                never_closed.add(name)
    yield markup[at:], False, ""


def laid_out(text: str) -> str:
    """Marks to layout: two line breaks in a row part paragraphs as well."""
    text = re.sub(rf"{BREAK}(?: ?{BREAK})+", PARAGRAPH, text)
    paragraphs: list[str] = []
    item = False
    for block in text.split(PARAGRAPH):
        item = item or block.lstrip(" ").startswith(ITEM)
        block = block.replace(ITEM, "")
        lines = [line.strip(" |") for line in block.split(BREAK)]
        lines = [line for line in lines if line]
        if not lines:
            continue
        if item:
            joined = " ".join(lines)
            bullet = _BULLET.match(joined)
            paragraphs.append(ITEM + (joined[bullet.end() :] if bullet else joined))
            item = False
        else:
            paragraphs += _bulleted(lines)
    return _joined(paragraphs)


def _bulleted(lines: list[str]) -> list[str]:
    """Lines of one paragraph; those that a bullet was typed before become items."""
    found: list[str] = []
    for line in lines:
        bullet = _BULLET.match(line)
        if bullet and len(line) > bullet.end():
            found.append(ITEM + line[bullet.end() :])
        elif found and not found[-1].startswith(ITEM):
            found[-1] += "\n" + line
        else:
            found.append(line)
    return found


def _joined(paragraphs: list[str]) -> str:
    text = ""
    parts: list[str] = []
    before_item = False
    for paragraph in paragraphs:
        item = paragraph.startswith(ITEM)
        text = f"- {paragraph[1:].strip()}" if item else paragraph
        if text.strip("- "):
            parts.append(("\n" if item and before_item else "\n\n") if parts else "")
            parts.append(text)
            before_item = item
    text = "".join(parts)
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1].rstrip() + "…"
