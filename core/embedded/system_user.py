"""As whom the embedded PostgreSQL runs: PostgreSQL refuses root.

Nothing here makes a user or opens a folder's permissions.
"""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FALLBACK_USER = "nobody"


@dataclass(frozen=True)
class SystemUser:
    """The user that owns the servers' files and runs them. `is_other`: not the one we are."""

    uid: int
    gid: int
    is_other: bool

    def popen_options(self) -> dict[str, Any]:
        """Return what `subprocess` needs to run a command as this user."""
        if not self.is_other:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give a file or folder that we made to this user."""
        if self.is_other:
            os.chown(path, self.uid, self.gid)

    def can_enter(self, folder: Path) -> bool:
        """Try it: modes of the parents, access lists and mounts all have a say."""
        if not self.is_other:
            return os.access(folder, os.X_OK)
        return self._runs(["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)])

    def can_run(self, binary: Path) -> bool:
        return self._runs([str(binary), "--version"])

    def _runs(self, command: list[str]) -> bool:
        try:
            done = subprocess.run(
                command,
                cwd="/",
                capture_output=True,
                check=False,
                timeout=30,
                **self.popen_options(),
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
        return done.returncode == 0


def ourselves() -> SystemUser:
    return SystemUser(os.geteuid(), os.getegid(), is_other=False)


def server_user(data: Path | None = None) -> SystemUser:
    """Return who runs PostgreSQL: ourselves; for root the owner of `data`, else `nobody`."""
    if os.geteuid() != 0:
        return ourselves()
    if data is not None and data.exists() and data.stat().st_uid != 0:
        owner = data.stat()
        return SystemUser(owner.st_uid, owner.st_gid, is_other=True)
    entry = pwd.getpwnam(FALLBACK_USER)
    return SystemUser(entry.pw_uid, entry.pw_gid, is_other=True)
