"""`due_at`: RFC 3339 times, and what only resembles one."""

from datetime import UTC, datetime, timedelta, timezone

import httpx
import pytest

from .problems import assert_invalid
from .tasks import create_task, instant, read_task

pytestmark = [pytest.mark.part("tasks"), pytest.mark.storage]

NEW_YEAR = datetime(2030, 1, 1, tzinfo=UTC)

TIMES = {
    "2030-01-01T00:00:00Z": NEW_YEAR,
    "2030-01-01T00:00:00+00:00": NEW_YEAR,
    "2030-01-01T00:00:00-00:00": NEW_YEAR,
    "2030-01-01T02:00:00+02:00": NEW_YEAR,
    "2029-12-31T18:15:00-05:45": NEW_YEAR,
    "2030-01-01T23:59:00+23:59": NEW_YEAR,
    "2028-02-29T00:00:00Z": datetime(2028, 2, 29, tzinfo=UTC),
    "2030-01-01T00:00:00.5Z": NEW_YEAR + timedelta(milliseconds=500),
    "2030-01-01T00:00:00.123456Z": NEW_YEAR + timedelta(microseconds=123456),
    "2030-01-01T00:00:00.1234569Z": NEW_YEAR + timedelta(microseconds=123456),
    "2030-01-01T00:00:00.999999999Z": NEW_YEAR + timedelta(microseconds=999999),
    f"2030-01-01T00:00:00.{'0' * 60}Z": NEW_YEAR,
    "0001-01-01T00:00:00Z": datetime(1, 1, 1, tzinfo=UTC),
    "0001-01-01T01:00:00+01:00": datetime(1, 1, 1, tzinfo=UTC),
    "0001-01-01T00:00:00-01:00": datetime(1, 1, 1, 1, tzinfo=UTC),
    "9999-12-31T23:59:59.9999999Z": datetime.max.replace(tzinfo=UTC),
    "9999-12-31T22:59:59-01:00": datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
    "1900-01-01T00:00:00+00:20": datetime(1900, 1, 1, tzinfo=timezone(timedelta(minutes=20))),
}


@pytest.mark.parametrize(("text", "time"), TIMES.items(), ids=TIMES.keys())
def test_a_time_is_kept_in_utc_to_the_microsecond(
    api: httpx.Client, text: str, time: datetime
) -> None:
    task = create_task(api, due_at=text)
    assert instant(task["due_at"]) == time
    assert read_task(api, task) == task


NO_TIMES = {
    "no offset": "2030-01-01T00:00:00",
    "a space for the T": "2030-01-01 00:00:00Z",
    "an underscore for the T": "2030-01-01_00:00:00Z",
    "only a date": "2030-01-01",
    "only a time": "00:00:00Z",
    "only a year": "2030",
    "empty": "",
    "a word": "tomorrow",
    "a span": "P1D",
    "seconds since 1970, as text": "1893456000",
    "seconds since 1970": 1893456000,
    "seconds since 1970 with a fraction": 1893456000.5,
    "zero": 0,
    "10 to the 400th": 10**400,
    "true": True,
    "false": False,
    "a list": ["2030-01-01T00:00:00Z"],
    "an object": {"time": "2030-01-01T00:00:00Z"},
    "NUL": "2030-01-01T00:00:00Z\0",
    "a line break after it": "2030-01-01T00:00:00Z\n",
    "a space before it": " 2030-01-01T00:00:00Z",
    "a space before the offset": "2030-01-01T00:00:00 Z",
    "another zone's letter": "2030-01-01T00:00:00A",
    "a zone's name": "2030-01-01T00:00:00 UTC",
    "an offset without a colon": "2030-01-01T00:00:00+0200",
    "an offset of hours": "2030-01-01T00:00:00+02",
    "an offset of 24 hours": "2030-01-01T00:00:00+24:00",
    "an offset of 60 minutes": "2030-01-01T00:00:00+01:60",
    "an offset with seconds": "2030-01-01T00:00:00+01:00:30",
    "two offsets": "2030-01-01T00:00:00Z+01:00",
    "a minus sign that is not ASCII": "2030-01-01T00:00:00−02:00",
    "no seconds": "2030-01-01T00:00Z",
    "basic format": "20300101T000000Z",
    "a week": "2030-W01-1T00:00:00Z",
    "a day of the year": "2030-001T00:00:00Z",
    "a comma before the fraction": "2030-01-01T00:00:00,5Z",
    "a point without a fraction": "2030-01-01T00:00:00.Z",
    "digits that are not ASCII": "２０３０-01-01T00:00:00Z",
    "one digit for the month": "2030-1-01T00:00:00Z",
    "month 0": "2030-00-01T00:00:00Z",
    "month 13": "2030-13-01T00:00:00Z",
    "day 0": "2030-01-00T00:00:00Z",
    "30 February": "2030-02-30T00:00:00Z",
    "29 February of a common year": "2030-02-29T00:00:00Z",
    "hour 24": "2030-01-01T24:00:00Z",
    "minute 60": "2030-01-01T00:60:00Z",
    "second 61": "2030-01-01T00:00:61Z",
    "year 0": "0000-01-01T00:00:00Z",
    "a year before 0": "-0001-01-01T00:00:00Z",
    "a sign before the year": "+2030-01-01T00:00:00Z",
    "year 10000": "10000-01-01T00:00:00Z",
    "two digits for the year": "30-01-01T00:00:00Z",
    "year 0 in UTC": "0001-01-01T00:00:00+00:01",
    "year 10000 in UTC": "9999-12-31T23:59:59-00:01",
}


@pytest.mark.parametrize("value", NO_TIMES.values(), ids=NO_TIMES.keys())
def test_what_is_no_time_is_refused(api: httpx.Client, value: object) -> None:
    response = api.post("/api/v1/tasks", json={"title": "x", "due_at": value})
    assert_invalid(response, pointers=["/due_at"])


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("2030-01-01t00:00:00Z", id="a small t"),
        pytest.param("2030-01-01T00:00:00z", id="a small z"),
        pytest.param("2016-12-31T23:59:60Z", id="a leap second"),
        pytest.param("9999-12-31T23:59:60Z", id="a leap second at the end of time"),
    ],
)
def test_what_rfc_3339_leaves_open_is_no_error_of_the_service(api: httpx.Client, text: str) -> None:
    response = api.post("/api/v1/tasks", json={"title": "x", "due_at": text})
    assert response.status_code in {201, 422}
