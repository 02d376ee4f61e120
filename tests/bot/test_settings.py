"""Settings: where they come from, and one clear line for one that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import BadSettings, Settings, load, misspelt, table


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_anything_set_the_defaults_hold(nowhere: Path) -> None:
    assert load({}) == Settings()


def test_the_environment_goes_before_the_file(nowhere: Path) -> None:
    (nowhere / ".env").write_text(
        "DEADLINEDAY_POLL_INTERVAL=600\nDEADLINEDAY_CONTACT=me@example.org\nOTHER=1\n"
    )
    settings = load({"DEADLINEDAY_POLL_INTERVAL": "900"})
    assert (settings.poll_interval, settings.contact) == (900, "me@example.org")


def test_a_tilde_in_a_file_is_the_owners_folder(nowhere: Path) -> None:
    (nowhere / ".env").write_text("DEADLINEDAY_DATABASE=~/here.db\n")
    assert load({}).database == Path.home() / "here.db"


def test_an_empty_value_means_the_default(nowhere: Path) -> None:
    assert load({"DEADLINEDAY_CONTACT": ""}).contact == ""


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("POLL_INTERVAL", "5", "greater than or equal to 60"),
        ("POLL_INTERVAL", "often", "no whole number"),
        ("SAMPLE", "maybe", "'on' or 'off'"),
        ("CONTACT", "two\nlines", "one line"),
        ("LOG_LEVEL", "loud", "debug"),
        ("SLACK_LISTEN", "nowhere", "it has another form. Slack: host:port on which"),
    ],
)
def test_a_bad_value_is_named_with_what_would_do(nowhere: Path, name: str, value: str, words: str) -> None:
    with pytest.raises(BadSettings) as caught:
        load({f"DEADLINEDAY_{name}": value})
    message = str(caught.value)
    assert f"DEADLINEDAY_{name}" in message
    assert words in message
    assert "\n" not in message


def test_a_misspelt_setting_is_named_with_the_one_that_was_meant(nowhere: Path) -> None:
    with pytest.raises(BadSettings, match="did you mean DEADLINEDAY_POLL_INTERVAL"):
        load({"DEADLINEDAY_POL_INTERVAL": "600"})


def test_a_settings_file_that_was_named_must_be_there(nowhere: Path) -> None:
    with pytest.raises(BadSettings, match=r"missing\.env"):
        load({}, nowhere / "missing.env")


def test_a_settings_file_that_is_no_text_is_said_in_one_line(nowhere: Path) -> None:
    (nowhere / ".env").write_bytes(b"DEADLINEDAY_CONTACT=\xff\xfe\n")
    with pytest.raises(BadSettings, match="cannot be read"):
        load({})


def test_a_line_of_the_file_that_is_no_setting_is_named(nowhere: Path) -> None:
    (nowhere / ".env").write_text("# mine\nDEADLINEDAY_CONTACT=me\nwhatever this is\n")
    with pytest.raises(BadSettings, match="line 3 is no setting"):
        load({})


def test_every_setting_says_what_it_does_and_its_unit_where_it_is_a_number() -> None:
    numbers = {n for n, f in Settings.model_fields.items() if f.annotation in (int, float)}
    for name, _, text in table():
        assert text.endswith("."), name
        if name.removeprefix("DEADLINEDAY_").lower() in numbers:
            assert any(unit in text for unit in ("Seconds", "Bytes", "Days", "Number")), name


def test_an_address_of_a_database_under_another_name_is_pointed_at(nowhere: Path) -> None:
    with pytest.raises(BadSettings, match=r"did you mean DATABASE_URL\?"):
        load({"DEADLINEDAY_DATABASE_URL": "postgresql://here/name"})
    for name in ("DATABSE_URL", "DATABASE_URLS", "DATABASE_URI", "database_url"):
        assert misspelt({name: "postgresql://bot:s3cret@here/name"}) == [
            f"{name} is not a setting of this program; did you mean DATABASE_URL?"
        ]
    (nowhere / ".env").write_text("SLACK_API_URI=http://here\n")
    assert [line.split()[-1] for line in misspelt({})] == ["SLACK_API_URL?"]


def test_what_other_programs_are_told_is_no_matter_of_ours(nowhere: Path) -> None:
    assert misspelt({"DATABASE_URL": "postgresql://here/name", "DATABASE_URI": "another's"}) == []
    assert misspelt({"PATH": "/bin", "TEST_DATABASE_URL": "x", "DB_URL": "x", "SLACK_URL": "x"}) == []
