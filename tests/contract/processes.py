"""The operating system's view of a service: its processes, and a port for it."""

import os
import secrets
import signal
import socket
from contextlib import suppress

import psutil

# Below those that systems give to clients, which would take a port before its server has started.
PORTS = range(20_000, 32_000)


def free_port() -> int:
    """One for a server that starts within the next minute; nobody else is given it meanwhile."""
    while not _reserve(port := secrets.choice(PORTS)):
        pass
    return port


def _reserve(port: int) -> bool:
    """Leave a connection in TIME_WAIT: servers reuse its address, and the `bind` here does not."""
    with socket.socket() as server:
        try:
            server.bind(("127.0.0.1", port))
        except OSError:
            return False
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.listen()
        with socket.create_connection(server.getsockname()):
            server.accept()[0].close()
    return True


def can_be_used(port: int) -> bool:
    """Whether a server can listen there."""
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def is_listening(port: int) -> bool:
    """Whether a server takes connections there."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def group(leader: int) -> list[psutil.Process]:
    """The living processes of the group that `leader` started, itself included."""
    return [process for process in psutil.process_iter() if _is_alive_in(leader, process)]


def _is_alive_in(leader: int, process: psutil.Process) -> bool:
    try:
        return os.getpgid(process.pid) == leader and process.status() != psutil.STATUS_ZOMBIE
    except (ProcessLookupError, psutil.NoSuchProcess):
        return False


def workers(parent: int) -> list[psutil.Process]:
    """The processes that `parent` started to answer requests, not its helpers."""
    return [child for child in psutil.Process(parent).children() if _listens(child)]


def _listens(process: psutil.Process) -> bool:
    try:
        connections = process.net_connections("tcp")
    except psutil.Error:
        return False
    return any(connection.status == psutil.CONN_LISTEN for connection in connections)


def resident_memory(leader: int) -> int:
    """Bytes of memory that the whole group holds."""
    total = 0
    for process in group(leader):
        with suppress(psutil.NoSuchProcess):
            total += process.memory_info().rss
    return total


def cpu_seconds(leader: int) -> float:
    """Seconds of a processor that the whole group has taken."""
    total = 0.0
    for process in group(leader):
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system
    return total


def connections(leader: int, port: int) -> int:
    """How many connections to a port of this machine the whole group has."""
    return sum(_connections_of(process, port) for process in group(leader))


def _connections_of(process: psutil.Process, port: int) -> int:
    with suppress(psutil.NoSuchProcess):
        return sum(each.raddr[1:] == (port,) for each in process.net_connections("tcp4"))
    return 0


def kill_group(leader: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)
