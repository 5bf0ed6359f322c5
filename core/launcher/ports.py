"""Find a free port on this machine."""

import errno
import socket

from core.launcher.instance import LauncherError

FIRST_PORT = 8000
PORTS_TRIED = 200


def choose_port(host: str, wanted: int | None) -> int:
    """Return the wanted port, or the first free one from FIRST_PORT up.

    Raises:
        LauncherError: the wanted port is taken, or may not be used.
    """
    if wanted is not None:
        if reason := why_not(host, wanted):
            raise LauncherError(
                f"Port {wanted} cannot be used: {reason}. Name another one (--port 8080), "
                "or leave --port away: then a free one is found."
            )
        return wanted
    for port in range(FIRST_PORT, FIRST_PORT + PORTS_TRIED):
        if not why_not(host, port):
            return port
    raise LauncherError(f"No port from {FIRST_PORT} to {FIRST_PORT + PORTS_TRIED - 1} is free.")


def why_not(host: str, port: int) -> str:
    """Return why the port cannot be used; empty if it can."""
    if not 0 < port < 65536:
        return "a port is a number from 1 to 65535"
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except PermissionError:
            return "ports below 1024 are the system's"
        except OSError as error:
            in_use = error.errno == errno.EADDRINUSE
            return "another program uses it" if in_use else str(error.strerror)
    return ""
