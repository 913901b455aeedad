"""A line of the log is written whatever it says."""

import json
import logging
from typing import Literal

import pytest

from task_service.config import Settings
from task_service.infrastructure.observability import logs

Format = Literal["json", "console"]
# What Python makes of the byte 0xE9, which is no UTF-8.
NO_TEXT = "caf\udce9"


def written(log_format: Format, message: str) -> str:
    settings = Settings(app_env="test", log_format=log_format)
    line = logs.standard_library(settings)["formatters"]["line"]
    formatter: logging.Formatter = line.pop("()")(**line)
    return formatter.format(logging.makeLogRecord({"name": "shop", "msg": message}))


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_what_is_no_text_is_replaced(log_format: Format) -> None:
    assert "caf?" in written(log_format, NO_TEXT)


def test_so_it_is_in_the_path_of_a_request(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    logs.request_log(Settings(app_env="test", log_format="json"))(path=f"/{NO_TEXT}")
    line = json.loads(capsysbinary.readouterr().out)
    assert (line["event"], line["path"]) == ("request", "/caf?")
