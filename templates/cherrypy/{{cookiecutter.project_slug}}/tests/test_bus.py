"""CherryPy's bus: it starts and stops what the application needs."""

from collections.abc import Iterator
from contextlib import closing

import cherrypy
import pytest
from cherrypy.process.wspbus import Bus
from conftest import MakeApp
from sqlalchemy import Engine, QueuePool

from {{ cookiecutter.__package_name }}.infrastructure.database.access import (
    Database,
)
from {{ cookiecutter.__package_name }}.web import bus


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """One that has been used: a connection to it is kept open."""
    database = Database(database_url)
    with closing(database):
        database.ping()
        assert connections(database.engine) == 1
        yield database


@pytest.mark.parametrize("channel", ["stop", "graceful"])
def test_the_plugin_closes_the_connections_to_the_database(
    database: Database, channel: str
) -> None:
    own_bus = Bus()
    bus.DatabasePlugin(own_bus, database).subscribe()
    own_bus.start()
    assert connections(database.engine) == 1
    own_bus.publish(channel)
    assert connections(database.engine) == 0
    own_bus.exit()


def connections(engine: Engine) -> int:
    assert isinstance(engine.pool, QueuePool)
    return engine.pool.checkedin()


def test_the_application_starts_the_bus_once_and_without_cherrypy_s_own_server(
    make_app: MakeApp,
) -> None:
    make_app()
    started: list[str] = []
    cherrypy.engine.subscribe("start", lambda: started.append("again"))
    make_app()
    assert cherrypy.engine.state == cherrypy.engine.states.STARTED
    assert started == []
    assert not cherrypy.server.running
    assert cherrypy.engine.autoreload.thread is None
