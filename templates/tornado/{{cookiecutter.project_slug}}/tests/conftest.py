"""Fixtures: `database_url`, a database that is emptied before each test, `collector` and `redis`.

`service.py` has the class that tests of the application are made of.
"""

pytest_plugins = ["databases", "collector", "redis_server"]
