"""What every service of this family answers, tested from outside: by socket and command line.

`CONTRACT.md` says it in words. The modules whose names start with `test_` prove it, the others are
what the tests stand on. Nothing here imports the service, so the same suite tests it whatever its
framework is. `python -m tests.contract --project PATH` proves all, `pytest tests/contract
--project=PATH` only what is asked for; with a space for the `=`, pytest would take PATH for tests.
"""
