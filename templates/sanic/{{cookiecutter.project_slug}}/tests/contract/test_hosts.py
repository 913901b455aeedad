{{ verbatim("tests/contract/test_hosts.py") }}
