"""`run.py check`: format, lint, import contracts, types, templates, migrations, deployment."""

import os
import subprocess
import sys
import time
from pathlib import Path

from core.launcher.instance import ROOT

PYTHON = sys.executable
BIN = Path(PYTHON).parent
# Made up, and like production: every strict default applies, no .env of this machine does.
PRODUCTION = {
    "SECRET_KEY": "uGq3vX8-Zk1rT5yW9bN2mL6pS4dF7hJ0cA_eR-iO3uY8tQ1wV5xK",
    "DATABASE_URL": "postgres://rapport_app:made-up@127.0.0.1:1/rapport",
    "DATABASE_OWNER_URL": "postgres://rapport_owner:made-up@127.0.0.1:1/rapport",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "EMAIL_URL": "smtp://127.0.0.1:1",
    "ALLOWED_HOSTS": "rapport.example.org",
    "SITE_URL": "https://rapport.example.org",
    "DEBUG": "0",
    "LOCAL_MODE": "0",
    "DEMO_MODE": "0",
    "LOG_LEVEL": "INFO",
    "PYTHONWARNINGS": "ignore::RuntimeWarning",  # makemigrations: there is no database here
}


def checks() -> dict[str, list[str]]:
    """Return the command of each check by the name that the summary shows."""
    templates = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("templates/**/*.html"))
    code = "from importlinter.cli import lint_imports_command as run; run()"
    return {
        "format": [PYTHON, "-m", "ruff", "format", "--check", "."],
        "lint": [PYTHON, "-m", "ruff", "check", "."],
        "imports": [PYTHON, "-c", code],
        "types": [PYTHON, "-m", "mypy", "."],
        "templates: Django": [str(BIN / "djade"), "--check", "--target-version", "5.2", *templates],
        "templates: indent": [PYTHON, "-m", "djhtml", "--check", "--tabwidth", "2", *templates],
        "migrations": [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"],
        "deployment": [PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
    }


def run_checks() -> int:
    """Run every check, also after one failed; print a line each; return 1 if any failed."""
    environment = {**os.environ, **PRODUCTION}
    lines, failed = [], []
    for name, command in checks().items():
        began = time.monotonic()
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        ok = done.returncode == 0
        if not ok:
            failed.append(name)
            print(f"--- {name}\n{done.stdout}{done.stderr}", flush=True)
        lines.append(f"{'ok    ' if ok else 'FAILED'}  {name} ({time.monotonic() - began:.1f} s)")
        print(lines[-1], flush=True)
    if failed:
        print(f"\n{len(failed)} of {len(lines)} checks failed: {', '.join(failed)}")
    else:
        print(f"\nAll {len(lines)} checks passed.")
    return 1 if failed else 0
