{{ verbatim("tests/contract/sockets.py") }}
