{{ verbatim("tests/contract/test_slow_clients.py") }}
