"""Discord's own OpenAPI document as referee of what the bot sends and of what the fake replies.

The document is in the reference folder found beside the checkout, or where DEADLINEDAY_SHARED says;
without it the fake's own rules alone hold. What it misses is in `tests.bot.discord.rules`.
"""

from __future__ import annotations

import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

_FOLDER = Path(os.environ.get("DEADLINEDAY_SHARED") or Path(__file__).parents[4] / "shared")
DOCUMENT = _FOLDER / "discord" / "openapi.json"
_URI = "urn:discord"
_SNOWFLAKE = re.compile(r'"\d{17,20}"')

# What discord.py sends and the document does not know.
_EXCUSED = frozenset({"nsfw", "tts", "flags"})


class Referee:
    """Holds requests and replies against the document; complaints are gathered, one line each."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._paths = [(re.compile(_pattern(path)), path, of) for path, of in document["paths"].items()]
        # A path without parameters goes before one with ("/users/@me").
        self._paths.sort(key=lambda row: row[1].count("{"))
        resource = Resource.from_contents(document, default_specification=DRAFT202012)
        self._registry: Any = Registry().with_resource(_URI, resource)
        self._document = document
        self._validators: dict[str, Validator] = {}
        self._judged: dict[tuple[str, str], list[str]] = {}
        self._opened: dict[int, list[dict[str, Any]]] = {}
        self.complaints: list[str] = []

    def request(self, method: str, path: str, body: Any, *, multipart: bool = False) -> None:
        """`path` is without host and version."""
        found = self._operation(method, path)
        if found is None:
            self.complaints.append(f"{method} {path}: there is no such operation")
            return
        name, operation = found
        content = operation.get("requestBody", {}).get("content", {})
        if body is None or "application/json" not in content:
            return
        pointer = f"/paths/{_quoted(name)}/{method.lower()}/requestBody/content/application~1json/schema"
        self._check(f"{method} {name}, request", pointer, body)
        for key in self._strange(content["application/json"]["schema"], body):
            self.complaints.append(f"{method} {name}, request: nobody knows the key {key}")

    def reply(self, method: str, path: str, status: int, body: Any) -> None:
        found = self._operation(method, path)
        if found is None or body is None:
            return
        name, operation = found
        code = str(status) if str(status) in operation["responses"] else f"{status // 100}XX"
        described = operation["responses"].get(code)
        if described is None:
            self.complaints.append(f"{method} {name}: {status} is no reply of this operation")
        elif "application/json" in described.get("content", {}):
            pointer = (
                f"/paths/{_quoted(name)}/{method.lower()}/responses/{code}/content/application~1json/schema"
            )
            self._check(f"{method} {name}, reply {status}", pointer, body)

    def _strange(self, schema: Any, value: Any, at: str = "") -> list[str]:
        """Keys that no branch of the schema names: hardly a schema of the document is closed."""
        if isinstance(value, list):
            items = [each["items"] for each in self._branches(schema) if isinstance(each.get("items"), dict)]
            return [
                key
                for n, one in enumerate(value)
                for key in self._strange({"anyOf": items}, one, f"{at}/{n}")
            ]
        if not isinstance(value, dict):
            return []
        named: dict[str, list[Any]] = {}
        for each in self._branches(schema):
            if each.get("additionalProperties") not in (None, False):
                return []
            for key, inner in each.get("properties", {}).items():
                named.setdefault(key, []).append(inner)
        found = [f"{at}/{key}" for key in value if named and key not in named and key not in _EXCUSED]
        for key, inner in value.items():
            found += self._strange({"anyOf": named.get(key, [])}, inner, f"{at}/{key}")
        return found

    def _branches(self, schema: Any, depth: int = 0) -> list[dict[str, Any]]:
        """The schema and all that it may be instead, references followed."""
        if not isinstance(schema, dict) or depth > 12:
            return []
        if id(schema) in self._opened:
            return self._opened[id(schema)]
        found = [schema]
        if "$ref" in schema:
            target: Any = self._document
            for step in schema["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            found += self._branches(target, depth + 1)
        for word in ("anyOf", "oneOf", "allOf"):
            for each in schema.get(word, ()):
                found += self._branches(each, depth + 1)
        if schema.keys() != {"anyOf"}:  # one of ours, made for a moment: its id will be another's
            self._opened[id(schema)] = found
        return found

    def _operation(self, method: str, path: str) -> tuple[str, dict[str, Any]] | None:
        for pattern, name, operations in self._paths:
            if pattern.fullmatch(path) and method.lower() in operations:
                return name, operations[method.lower()]
        return None

    def _check(self, where: str, pointer: str, body: Any) -> None:
        # The same body but for its ids, as each test syncs the same commands, is the same to the document.
        text = _SNOWFLAKE.sub('"1000000000000000000"', json.dumps(body))
        known = self._judged.get((pointer, text))
        if known is None:
            known = self._judged[pointer, text] = self._faults(pointer, body)
        self.complaints += [f"{where}: {fault}" for fault in known]

    def _faults(self, pointer: str, body: Any) -> list[str]:
        validator = self._validators.get(pointer)
        if validator is None:
            schema = {"$ref": f"{_URI}#{pointer}"}
            validator = Draft202012Validator(schema, registry=self._registry)
            self._validators[pointer] = validator
        faults = []
        for error in validator.iter_errors(_with_snowflakes(body)):
            deep = _deepest(error)
            at = "/".join(map(str, deep.absolute_path))
            faults.append(f"{at or '.'}: {deep.message[:300]}")
        return faults


def _with_snowflakes(body: Any, key: str = "") -> Any:
    """The body with ids as text: the document wants that, Discord takes numbers, discord.py sends them."""
    if isinstance(body, dict):
        made = {name: _with_snowflakes(value, name) for name, value in body.items()}
        return {**made, "id": str(made["id"])} if key == "attachments" and "id" in made else made
    if isinstance(body, list):
        return [_with_snowflakes(value, key) for value in body]
    return str(body) if type(body) is int and body > 1 << 53 else body


def _deepest(error: ValidationError) -> ValidationError:
    """The branch of a oneOf that was meant, and where it went wrong; the error of the whole says nothing."""
    while error.context:
        branches: dict[Any, list[ValidationError]] = {}
        for each in error.context:
            branches.setdefault(each.schema_path[0], []).append(each)
        meant = [rows for rows in branches.values() if not any(_other_kind(row) for row in rows)]
        error = max(
            (row for rows in meant or branches.values() for row in rows),
            key=lambda row: len(row.absolute_path),
        )
    return error


def _other_kind(error: ValidationError) -> bool:
    """Does this error say that the branch is about another type of thing?"""
    return error.validator == "enum" and list(error.absolute_path)[-1:] == ["type"]


def _pattern(path: str) -> str:
    return re.sub(r"\\{[^}]+\\}", "[^/]+", re.escape(path))


def _quoted(path: str) -> str:
    return path.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")


@cache
def _document() -> dict[str, Any] | None:
    return json.loads(DOCUMENT.read_text(encoding="utf-8")) if DOCUMENT.is_file() else None


@cache
def _referee() -> Referee | None:
    document = _document()
    return None if document is None else Referee(document)


def a_referee() -> Referee | None:
    """The referee without complaints, None where the document is not at hand."""
    referee = _referee()
    if referee is not None:
        referee.complaints = []
    return referee
