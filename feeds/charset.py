"""Bytes to text, whatever the header, the XML declaration and the truth say about each other."""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, which begins alike
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NO_BOM = ((b"<\x00?\x00", "utf-16-le"), (b"\x00<\x00?", "utf-16-be"))
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_META = re.compile(rb"""(?i)<meta[^>]{0,200}?charset\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""")
_HEADER = re.compile(r"""(?i)charset\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""")

# What browsers read under these names (https://encoding.spec.whatwg.org/#names-and-labels).
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}


def decode(body: bytes, content_type: str = "") -> str:
    """The text of a page; see `decoded`."""
    return decoded(body, content_type)[0]


def decoded(body: bytes, content_type: str = "") -> tuple[str, bool]:
    """The text of a page, and whether its bytes are UTF-8 as they stand.

    Never fails, bytes that fit nowhere become U+FFFD.

    A byte order mark wins. Then whatever is valid UTF-8 is UTF-8: other encodings almost never are by
    accident, while headers and declarations are often left over from an older site. Then the XML (or
    HTML) declaration, the header, and windows-1252, which is what people who declare nothing write.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace"), False
    for start, name in _NO_BOM:
        if body.startswith(start):
            return body.decode(name, "replace"), False
    declared = [name for name in _declared(body, content_type) if not name.startswith(("utf-16", "utf-32"))]
    if declared and _shifts(declared[0]):
        return body.decode(declared[0], "replace"), False
    try:
        return body.decode("utf-8"), True
    except UnicodeDecodeError:
        pass
    if "utf-8" in declared or not declared:
        text = body.decode("utf-8", "replace")
        # A few broken bytes in a text full of good ones: a letter cut in half, not another encoding.
        if text.count("\ufffd") * 4 <= sum(1 for char in text if char > "\x7f" and char != "\ufffd"):
            return text, False
    for name in (*(name for name in declared if name != "utf-8"), "cp1252"):
        try:
            return body.decode(_WIDER.get(name, name)), False
        except UnicodeDecodeError:
            continue
    return body.decode("cp1252", "replace"), False


def is_utf8(body: bytes, content_type: str = "") -> bool:
    """Whether `decode` reads these bytes as UTF-8 for being valid UTF-8, as it would any part of them."""
    if body.startswith(tuple(mark for mark, name in _BOMS if name != "utf-8")):
        return False
    if any(_shifts(name) for name in _declared(body, content_type)):
        return False
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _shifts(name: str) -> bool:
    """Whether text in this encoding looks like ASCII."""
    return name.replace("_", "").replace("-", "").startswith(("iso2022", "hz", "utf7"))


def _declared(body: bytes, content_type: str) -> list[str]:
    head = body[:2048]
    found = [match[1].decode("ascii") for match in (_DECLARED.search(head), _META.search(head)) if match]
    if header := _HEADER.search(content_type):
        found.append(header[1])
    names = []
    for label in found:
        try:
            info = codecs.lookup(label)
        except (LookupError, ValueError):
            continue
        if info._is_text_encoding:
            names.append(info.name)
    return names
