"""`run.py shots`: pictures of every page, from a throw-away instance with the demo practice."""

import subprocess
import sys
import tempfile
import time

from core.launcher.instance import ROOT, LauncherError, answers
from core.launcher.parts import web_command
from core.launcher.ports import choose_port
from core.launcher.servers import throw_away
from core.launcher.signals import stop_on_signals
from core.launcher.steps import finish, import_content, manage, step
from core.launcher.testing import child_environment

READY_WITHIN_S = 60


def take_shots(arguments: list[str]) -> int:
    """Run `python -m tests.browser.shots` against BASE_URL; return its exit status."""
    stop_on_signals()
    port = choose_port("127.0.0.1", None)
    url = f"http://127.0.0.1:{port}"
    with throw_away() as (cluster, broker), tempfile.TemporaryFile("w+") as log:
        environment = child_environment(
            cluster,
            broker,
            {
                "DJANGO_SETTINGS_MODULE": "config.settings",
                "DEMO_MODE": "1",
                "SITE_URL": url,
                "BASE_URL": url,
            },
        )
        prepare(environment)
        web = subprocess.Popen(
            web_command("127.0.0.1", port), cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        try:
            deadline = time.monotonic() + READY_WITHIN_S
            while not answers(f"{url}/readyz/"):
                if web.poll() is not None or time.monotonic() > deadline:
                    log.seek(0)
                    raise LauncherError(f"The site did not start.\n{log.read()[-4000:]}")
                time.sleep(0.1)
            command = [sys.executable, "-m", "tests.browser.shots", *arguments]
            return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        finally:
            web.terminate()
            web.wait(timeout=10)


def prepare(environment: dict[str, str]) -> None:
    """Bring a fresh database to where the pictures are taken: programs and demo practice."""
    with step("Making a throw-away instance with the demo practice"):
        finish(manage(environment | {"RAPPORT_DB_ROLE": "owner"}, "migrate", "--noinput"))
        finish(manage(environment, "collectstatic", "--noinput", "--verbosity=0"))
        finish(import_content(environment))
        finish(manage(environment, "seed_demo"))
