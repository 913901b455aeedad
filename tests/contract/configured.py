"""A service that several modules share, but that is set up otherwise than the default one."""

import socket
from typing import Final

ORIGIN: Final = "https://app.example"
HOST: Final = "api.example"
# Trusted as a proxy, beside this machine.
PROXY: Final = "198.51.100.9"
MAX_BODY_BYTES: Final = 1000
BODY_TIMEOUT_SECONDS: Final = 2
# Few, as each hashes a password; the tests that sign up as 127.0.0.1 need about half of them.
SIGN_UPS_PER_MINUTE: Final = 20
TOKEN_TTL_SECONDS: Final = 3600
# It is behind a proxy, with names, friends, a small limit and little patience; 127.0.0.1 is for us.
# Its workers have no Redis to count by.
# Where it can, it listens as containers are told to, for IPv6 and IPv4: so a client of IPv4 is
# `::ffff:127.0.0.1`.
CONFIGURED: Final = {
    "HOST": "::" if socket.has_dualstack_ipv6() else "127.0.0.1",
    "ALLOWED_HOSTS": f"{HOST}, 127.0.0.1",
    "CORS_ALLOW_ORIGINS": f"{ORIGIN}, http://localhost:3000",
    "CORS_ALLOW_CREDENTIALS": "true",
    "FORWARDED_ALLOW_IPS": f"127.0.0.1,{PROXY}",
    "MAX_BODY_BYTES": str(MAX_BODY_BYTES),
    "WEB_CONCURRENCY": "2",
    "SIGN_UPS_PER_MINUTE": str(SIGN_UPS_PER_MINUTE),
    "BODY_TIMEOUT_SECONDS": str(BODY_TIMEOUT_SECONDS),
    "TOKEN_TTL_SECONDS": str(TOKEN_TTL_SECONDS),
}
