"""Build requirements.lock from pyproject.toml: every version and hash, no address.

    python3 tools/lock.py [--upgrade]

Needs uv. Versions in the lock stay as they are unless --upgrade is given.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OLDEST_PYTHON = "3.11"


def main() -> int:
    command = [
        *("uv", "pip", "compile", "pyproject.toml", "--group", "test", "--group", "tools"),
        *("--universal", "--python-version", OLDEST_PYTHON, "--generate-hashes", "--no-header"),
        *("--no-emit-index-url", "--no-emit-find-links", "--quiet"),
        *("--output-file", "requirements.lock", *sys.argv[1:]),
    ]
    if status := subprocess.call(command, cwd=ROOT):
        return status
    # Each user's own pip configuration decides where packages come from.
    if found := re.findall(
        r".*(?:://|--index|--find-links).*", (ROOT / "requirements.lock").read_text()
    ):
        print("The lock must hold no address:", *found, sep="\n  ")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
