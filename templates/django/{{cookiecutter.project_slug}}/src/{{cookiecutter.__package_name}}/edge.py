{{ verbatim("src/edge.py") }}
