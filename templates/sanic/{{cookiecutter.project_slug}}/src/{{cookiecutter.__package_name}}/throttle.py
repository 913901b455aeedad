{{ verbatim("src/throttle.py") }}
