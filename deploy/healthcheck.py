"""Exit 0 if the site on this machine answers 200: python deploy/healthcheck.py /healthz/ [port]

Asks under a host name the site accepts; standard library only, for health checks of containers.
"""

import http.client
import os
import sys

TIMEOUT_S = 5


def main() -> int:
    path = sys.argv[1] if len(sys.argv) > 1 else "/healthz/"
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 8000
    host = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".")
    if host in ("", "*"):
        host = "localhost"
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
    try:
        link.request("GET", path, headers={"Host": host})
        return 0 if link.getresponse().status == 200 else 1
    except (OSError, http.client.HTTPException):
        return 1


if __name__ == "__main__":
    sys.exit(main())
