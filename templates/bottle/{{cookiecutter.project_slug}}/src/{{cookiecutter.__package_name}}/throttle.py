{{ synchronous("src/throttle.py") }}
