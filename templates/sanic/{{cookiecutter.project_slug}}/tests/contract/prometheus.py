{{ verbatim("tests/contract/prometheus.py") }}
