"""Caddy before several instances, which it asks whether they are ready; the system has it."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.contract.processes import free_port, is_listening
from tests.contract.waiting import eventually

# How often it asks; twice that later it knows.
INTERVAL_SECONDS = 0.5
SETTINGS = """\
{{
    admin off
    log {{
        level PANIC
    }}
    auto_https off
}}
http://127.0.0.1:{port} {{
    bind 127.0.0.1
    reverse_proxy {instances} {{
        lb_policy round_robin
        health_uri /readyz
        health_interval {interval}s
        health_timeout 5s
    }}
}}
"""


@contextmanager
def caddy(ports: list[int]) -> Iterator[str]:
    """The URL by which it passes requests on to those instances that are ready."""
    port = free_port()
    instances = " ".join(f"127.0.0.1:{each}" for each in ports)
    with TemporaryDirectory(prefix="caddy-") as folder:
        file = Path(folder, "Caddyfile")
        file.write_text(
            SETTINGS.format(port=port, instances=instances, interval=INTERVAL_SECONDS), "utf-8"
        )
        process = subprocess.Popen(
            ["caddy", "run", "--adapter", "caddyfile", "--config", file],
            env={"PATH": os.environ["PATH"], "HOME": folder},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            eventually(lambda: is_listening(port), "Caddy listens", within=30)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=30)
