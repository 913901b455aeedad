{{ verbatim("tests/contract/project.py") }}
