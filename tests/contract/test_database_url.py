"""DATABASE_URL is libpq's: what it says is the same to all commands.

What libpq does not know is among the wrong settings of `test_settings.py`.
"""

from urllib.parse import urlsplit

import psycopg
import pytest

from .backing.postgresql import PostgreSQLDatabases
from .client import sign_up
from .commands import Commands
from .outages import assert_unready
from .processes import free_port
from .service import Serving

pytestmark = [pytest.mark.part("postgresql"), pytest.mark.alike("sqlalchemy")]


def test_all_that_libpq_takes_means_the_same_to_all_commands(
    commands: Commands, serving: Serving, postgresql_databases: PostgreSQLDatabases
) -> None:
    url = postgresql_databases.empty()
    parts = urlsplit(url)
    # The first of the hosts is not there.
    hosts = f"127.0.0.1:{free_port()},{parts.hostname}:{parts.port}"
    options = "options=-c%20search_path%3Down&application_name=what%20we%20are"
    given = f"postgres://{parts.username}:p%40ss%20%2F@{hosts}{parts.path}?{options}"
    settings = {**postgresql_databases.settings, "DATABASE_URL": given}
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA own")
        commands.migrate(**settings)
        with serving(**settings) as service, service.client() as client:
            assert sign_up(client)
            named = "SELECT count(*) > 0 FROM pg_stat_activity WHERE application_name = %s"
            assert connection.execute(named, ["what we are"]).fetchone() == (True,)
        elsewhere = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        assert connection.execute(elsewhere).fetchone() == (0,)


def test_a_value_that_libpq_does_not_know_is_a_database_that_is_away(
    commands: Commands, serving: Serving
) -> None:
    url = "postgresql://user@127.0.0.1/service?connect_timeout=soon"
    done = commands.run("migrate", APP_ENV="test", DATABASE_URL=url)
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith("Error: the database is away: ")
    with (
        serving(DATABASE_URL=url, ready_at="/livez") as service,
        service.client() as client,
    ):
        assert_unready(client)
