"""The house keeps its shape: sizes, names, scopes, banned words, one name in three places."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parent.parent
APPS = ["notifications", "accounts", "programs", "coaching", "outcomes"]
PACKAGES = ["config", "core", *APPS]
LONGEST_MODULE = 300

# Pages that answer without a template of their own name: redirects, files, POST-only steps, parts.
BANNED_NAMES = {"utils", "helpers", "misc", "common", "shared", "data", "info", "manager2"}
BANNED_WORDS = {
    r"\.raw\(": "raw SQL through the ORM",
    r"\bcsrf_exempt\b": "a form without CSRF protection",
    r"\bmark_safe\b": "unescaped text",
    r'fields\s*=\s*"__all__"': "fields nobody listed",
    r"\beta=": "Celery as a calendar",
    r"\bcountdown=": "Celery as a calendar",
    r"\bTemplateResponse\b": "a page rendered outside the row-level context",
}
# Place and reason for each exception.
ALLOWED_WORDS = {
    ("core/markdown.py", r"\bmark_safe\b"): "HTML that nh3 cleaned",
    ("notifications/views/opt_outs.py", r"\bcsrf_exempt\b"): "a mail program posts (RFC 8058)",
    ("core/templatetags/ui.py", r"\bmark_safe\b"): "HTML that nh3 cleaned",
}


def tracked(pattern: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", pattern],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0 and listed.stdout:
        return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).exists()]
    return [
        path
        for path in ROOT.rglob(pattern.lstrip("*"))
        if not {".venv", "var", "node_modules"} & set(path.parts)
    ]


def production_modules() -> list[Path]:
    return [
        path
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if "tests" not in path.parts and "migrations" not in path.parts
    ]


def test_no_module_is_longer_than_a_head_can_hold():
    long = {
        str(path.relative_to(ROOT)): count
        for path in production_modules()
        if (count := len(path.read_text().splitlines())) > LONGEST_MODULE
        and "demo" not in path.parts
    }

    assert long == {}


def test_no_module_has_a_name_that_says_nothing():
    assert [p for p in production_modules() if p.stem in BANNED_NAMES] == []


@pytest.mark.parametrize("word", BANNED_WORDS, ids=BANNED_WORDS.values())
def test_banned_words_are_absent(word):
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in production_modules()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(word, line.split("  # ")[0])
        and (str(path.relative_to(ROOT)), word) not in ALLOWED_WORDS
    ]

    assert found == []


def test_templates_hold_no_inline_style_script_or_handler():
    pattern = re.compile(r"""\sstyle=["']|<script>|\son[a-z]+=["']|\|safe\b""")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in (ROOT / "templates").rglob("*.html")
        if "email" not in path.parts  # mail has no other way to carry style
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if pattern.search(line)
    ]

    assert found == []


def manager_calls(path: Path) -> list[str]:
    """Return `Model.objects.<method>` uses of a module that are not one of the scopes."""
    allowed = {
        "visible_to",
        "managed_by",
        "owned_by",
        "reached_by",
        "administered_by",
        "staffed_by",
        "with_token",
        "with_link",
    }
    calls = []
    for node in ast.walk(ast.parse(path.read_text())):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Attribute)
            and node.value.attr == "objects"
            and node.attr not in allowed
        ):
            calls.append(f"{path.relative_to(ROOT)}:{node.lineno} .objects.{node.attr}")
        if isinstance(node, ast.Attribute) and node.attr == "cursor":
            calls.append(f"{path.relative_to(ROOT)}:{node.lineno} .cursor")
    return calls


# View modules that read outside the scopes, each with the reason.
UNSCOPED_VIEWS: dict[str, str] = {
    "accounts/views/demo.py": "one-click sign-in, absent outside the demo",
    "programs/views/versions.py": "the published catalog belongs to everybody of the practice",
}


def test_views_read_only_through_scopes():
    found = [
        call
        for app in APPS
        for path in (ROOT / app / "views").glob("*.py")
        if str(path.relative_to(ROOT)) not in UNSCOPED_VIEWS
        for call in manager_calls(path)
    ]

    assert found == []


def named_routes(resolver: URLResolver, namespace: str = "") -> list[tuple[str, URLPattern]]:
    routes = []
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            routes += named_routes(entry, entry.namespace or namespace)
        elif namespace in APPS:
            routes.append((namespace, entry))
    return routes


def test_a_url_is_named_after_its_view():
    wrong = [
        f"{app}:{route.name} -> {route.callback.__name__}"
        for app, route in named_routes(get_resolver())
        if route.name != route.callback.__name__
    ]

    assert wrong == []


def test_a_page_template_is_named_after_its_view():
    views = {(app, route.name) for app, route in named_routes(get_resolver())}
    stray = [
        str(path.relative_to(ROOT))
        for app in APPS
        for path in (ROOT / "templates" / app).glob("*.html")
        if not path.stem.startswith("_") and (app, path.stem) not in views
    ]

    assert stray == []


def test_the_lock_names_hashes_and_no_address():
    lock = (ROOT / "requirements.lock").read_text()

    assert "http" not in lock
    assert "--index" not in lock
    pinned = re.findall(r"^[a-z0-9][^\n]*==[^\n]*", lock, re.MULTILINE)
    assert pinned
    assert lock.count("--hash=sha256:") >= len(pinned)


def test_no_file_names_a_machine_path_or_a_registry():
    hosts = "|".join(("pypi", "pythonhosted", "npmjs"))
    here = re.escape(str(ROOT))  # wherever this checkout lies, no file may say so
    pattern = re.compile(rf"https?://[^/]*({hosts})|{here}")
    found = [
        str(path.relative_to(ROOT))
        for path in tracked("*")
        if path.is_file()
        and path.suffix
        in {".py", ".toml", ".yml", ".yaml", ".md", ".html", ".txt", ".sql", ".sh", ".lock", ""}
        and pattern.search(path.read_text(errors="ignore"))
    ]

    assert found == []
