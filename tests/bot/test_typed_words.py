"""What people type, and the call that it means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.call import Call
from bot.commands.table import COMMANDS
from bot.commands.words import Misread, cursor, read_words


@pytest.mark.parametrize(
    ("typed", "command", "values"),
    [
        ("watch Joe Gomez", "watch", {"player": "Joe Gomez"}),
        ("  WATCH   joe   GOMEZ ", "watch", {"player": "joe GOMEZ"}),
        ("/watch “Joe Gomez”", "watch", {"player": "Joe Gomez"}),
        ("watch 'Joe Gomez'", "watch", {"player": "Joe Gomez"}),
        ("Wátch João Félix", "watch", {"player": "João Félix"}),
        ("follow N'Golo Kanté", "watch", {"player": "N'Golo Kanté"}),
        ("unwatch O'Brien", "unwatch", {"player": "O'Brien"}),
        ("watch O’Brien, Crystal Palace", "watch", {"player": "O'Brien", "club": "Crystal Palace"}),
        (
            "watch Joe Gomez to Crystal Palace from talks",
            "watch",
            {"player": "Joe Gomez", "club": "Crystal Palace", "from": "talks"},
        ),
        (
            "watch from=bid club=Crystal Palace tell=me player='Joe Gomez'",
            "watch",
            {"player": "Joe Gomez", "club": "Crystal Palace", "from": "bid", "tell": "me"},
        ),
        ("watch --from bid Joe Gomez", "watch", {"player": "Joe Gomez", "from": "bid"}),
        ("watch from talks", "watch", {"from": "talks"}),
        ("watch Casemiro to", "watch", {"player": "Casemiro"}),
        ("stop watching Joe Gomez", "unwatch", {"player": "Joe Gomez"}),
        ("list", "watches", {}),
        ("feeds", "feeds list", {}),
        ("feeds list page=2", "feeds list", {"page": "2"}),
        ("feeds add https://a.example/b?c=d&e=f", "feeds add", {"address": "https://a.example/b?c=d&e=f"}),
        ("remove feed #12", "feeds remove", {"feed": "#12"}),
        (
            "settings lowest=talks quiet=23:00-07:00 timezone=Europe/London",
            "settings",
            {"lowest": "talks", "quiet": "23:00-07:00", "timezone": "Europe/London"},
        ),
        (
            "settings lowest talks kinds new, setback",
            "settings",
            {"lowest": "talks", "kinds": "new, setback"},
        ),
        ("wrong 12 club", "wrong", {"alert": "12", "what": "club"}),
        ("help feeds add", "help", {"command": "feeds add"}),
        ("?", "help", {}),
    ],
)
def test_a_typed_line_means_its_call(typed: str, command: str, values: dict[str, str]) -> None:
    call = read_words(typed, COMMANDS)
    assert isinstance(call, Call)
    assert (call.command, call.by_name) == (command, values)


@pytest.mark.parametrize(
    "asked",
    [
        "what's the latest on Joe Gomez?",
        "What’s the latest on Joe Gomez please?",
        "hey, what is happening with Joe Gomez?!",
        "any news on Joe Gomez?",
        "Is there any update about Joe Gomez",
        "latest on Joe Gomez",
        "news of Joe Gomez, thanks",
        "how's the Joe Gomez deal going?",
        "tell me about Joe Gomez",
    ],
)
def test_a_question_asks_for_the_latest(asked: str) -> None:
    assert read_words(asked, COMMANDS) == Call.of("latest", player="Joe Gomez")


@pytest.mark.parametrize(
    ("typed", "helps"),
    [
        ("", "help"),
        ("wach Joe", "“watch”"),
        ("histroy Joe Gomez", "“history”"),
        ("frobnicate", "Type help"),
        ("watch foo=bar Joe", "no option called “foo”"),
        ("watch clup=Palace Joe", "Did you mean club?"),
        ("watches page=1 mine everybody", "no place for “everybody”"),
        ("feeds export now", "takes no values"),
        ("watch " + "x" * 2000, "characters"),
    ],
)
def test_what_is_not_understood_gets_one_line_that_helps(typed: str, helps: str) -> None:
    misread = read_words(typed, COMMANDS)
    assert isinstance(misread, Misread)
    assert helps in misread.text
    assert "\n" not in misread.text


@given(st.text(max_size=200))
def test_no_line_however_odd_raises(text: str) -> None:
    for typed in (text, f"watch {text}", f"settings {text}", f'latest "{text}'):
        assert isinstance(read_words(typed, COMMANDS), Call | Misread)
        at = cursor(typed, COMMANDS)
        assert 0 <= at.start <= len(typed)


@given(st.dictionaries(st.text(min_size=1, max_size=9), st.text(max_size=30), max_size=4))
def test_a_call_outlives_a_restart_as_text(values: dict[str, str]) -> None:
    call = Call("feeds add", tuple(values.items()))
    assert Call.decode(call.encode()) == call


@pytest.mark.parametrize(
    "text", ["", "watch", "0:watch:player=a", "2:watch:player=a", "1:watch", "1::a=b", "1:watch:ab"]
)
def test_what_another_version_wrote_is_no_call(text: str) -> None:
    assert Call.decode(text) is None


@pytest.mark.parametrize(
    ("line", "command", "option", "typed"),
    [
        ("wat", None, None, "wat"),
        ("feeds re", None, None, "feeds re"),
        ("watch ", "watch", "player", ""),
        ("watch joe go", "watch", "player", "joe go"),
        ('watch "joe go', "watch", "player", "joe go"),
        ("watch Joe Gomez to Crys", "watch", "club", "Crys"),
        ("watch Joe Gomez from ta", "watch", "from", "ta"),
        ("watch Joe Gomez club=", "watch", "club", ""),
        ("settings timezone=Europe/Lo", "settings", "timezone", "Europe/Lo"),
        ("help wa", "help", "command", "wa"),
    ],
)
def test_the_cursor_knows_what_is_being_typed(
    line: str, command: str | None, option: str | None, typed: str
) -> None:
    at = cursor(line, COMMANDS)
    assert (at.command and at.command.name, at.option and at.option.name, at.typed) == (
        command,
        option,
        typed,
    )
    assert line[at.start :].strip('"') == typed
