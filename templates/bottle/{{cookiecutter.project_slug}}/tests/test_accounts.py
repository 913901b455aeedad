{{ named("tests/test_accounts_webtest.py") }}
