"""Fixtures: `database_url`, a database that is emptied before each test, `collector` and `redis`;
no setting of this machine counts.

`service.py` has the class that tests of the application are made of.
"""

pytest_plugins = ["databases", "collector", "redis_server", "environment"]
