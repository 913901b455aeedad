{{ verbatim("tests/contract/commands.py") }}
