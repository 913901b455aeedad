{{ verbatim("tests/contract/processes.py") }}
