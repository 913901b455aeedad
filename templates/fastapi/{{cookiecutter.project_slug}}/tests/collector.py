{{ verbatim("tests/collector.py") }}
