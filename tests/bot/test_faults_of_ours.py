"""When something of ours breaks, the one who asked is told in a line and the platform goes on."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from bot.commands.command import Command, Values
from bot.commands.desk import Desk
from bot.request import Answer, Request
from storage.errors import DatabaseUnusable
from tests.bot.house import House


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (RuntimeError("secret detail"), "boom failed through a fault of ours. It is in the log."),
        (DatabaseUnusable("d.db", "the disk is full"), "database d.db: the disk is full"),
    ],
)
async def test_a_command_that_breaks_is_told_and_logged(
    house: House, caplog: pytest.LogCaptureFixture, fault: Exception, told: str
) -> None:
    async def run(desk: Desk, request: Request, values: Values) -> Answer:
        raise fault

    broken = replace(house, desk=replace(house.desk, commands=(Command("boom", "Breaks", run),)))
    with caplog.at_level(logging.ERROR):
        answer = await broken.ask("boom")
    assert (answer.ok, told in answer.text, "secret" in answer.text) == (False, True, False)
    assert "boom" in caplog.text
