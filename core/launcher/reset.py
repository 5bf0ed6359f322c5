"""`run.py --reset`: throw the data of this folder away, after asking."""

import shutil
import sys

from core.embedded.postgres import Cluster
from core.launcher.instance import FOLDERS, VAR, LauncherError, make_folders

QUESTION = (
    "--reset deletes everything Rapport stores in this folder: the database, messages, files.\n"
    "Type “yes” to delete it: "
)


def reset(cluster: Cluster | None, *, sure: bool) -> None:
    """Delete the embedded servers' data and everything in var/.

    Raises:
        LauncherError: nobody said yes, or the data is not ours to delete.
    """
    if cluster is None:
        raise LauncherError(
            "--reset deletes only Rapport's own database, and DATABASE_URL names another one.\n"
            "Nothing was deleted."
        )
    if not sure:
        if not sys.stdin.isatty():
            raise LauncherError(
                "--reset asks before it deletes, and there is nobody to ask here. "
                "To delete without asking, add --yes. Nothing was deleted."
            )
        if input(QUESTION).strip().lower() != "yes":
            raise LauncherError("Nothing was deleted.")
    cluster.heal()
    if cluster.data.exists():
        shutil.rmtree(cluster.data)
    for name in FOLDERS:
        shutil.rmtree(VAR / name, ignore_errors=True)
    for name in ("local.env", "demo-sign-ins.txt", "seeded", "seeding", "prepared.json"):
        (VAR / name).unlink(missing_ok=True)
    make_folders()
    print("Everything was deleted; starting anew.")
