{{ named("tests/test_accounts_lifecycle_webtest.py") }}
