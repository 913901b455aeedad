"""The fixture `database_url`: a database that is emptied before each test.

No setting of this machine counts.

`service.py` has the class that tests of the application are made of.
"""

pytest_plugins = ["databases", "environment"]
