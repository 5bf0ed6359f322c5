"""All settings. Everything that differs between machines comes from the environment.

Safe by default: a missing variable fails loudly or picks the strict value. `LOCAL_MODE`, which the
launcher sets, relaxes TLS, HSTS, secure cookies, their `__Host-` names and the proxy count, and
nothing else; it refuses to serve on anything but a loopback address (core/launcher).
"""

import zoneinfo
from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")  # absent in production
environ.Env.read_env(BASE_DIR / "var" / "local.env")  # written by the launcher

# One time-zone database for web and workers: the pinned wheel, never the operating system's copy,
# which may differ from it by an hour for the same future date.
zoneinfo.reset_tzpath(to=())

SECRET_KEY = env("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
DEBUG = env.bool("DEBUG", default=False)
LOCAL_MODE = env.bool("LOCAL_MODE", default=False)
DEMO_MODE = env.bool("DEMO_MODE", default=False)  # one-click sign-in; only ever with LOCAL_MODE
if DEMO_MODE and not LOCAL_MODE:
    raise ImproperlyConfigured("DEMO_MODE needs LOCAL_MODE: it signs anyone in as anyone.")
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if LOCAL_MODE else []
)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Absolute links in mail come from here, never from a request's Host header.
SITE_URL = env("SITE_URL", default="http://localhost:8000" if LOCAL_MODE else "").rstrip("/")

# --- Apps ---------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "config.apps.ConfigConfig",
    "outcomes.apps.OutcomesConfig",
    "coaching.apps.CoachingConfig",
    "programs.apps.ProgramsConfig",
    "accounts.apps.AccountsConfig",
    "notifications.apps.NotificationsConfig",
    "core.apps.CoreConfig",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    # The simple configs: as plain apps the two break each other silently (docs/architecture.md).
    "template_partials.apps.SimpleAppConfig",
    "django_cotton.apps.SimpleAppConfig",
    "config.apps.AdminConfig",  # django.contrib.admin behind our own gate
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.ViewerMiddleware",  # time zone, language, no-store
    "accounts.middleware.PrivateContextMiddleware",  # last: row-level security context of the view
]

ROOT_URLCONF = "config.urls"

_LOADERS = [
    "django_cotton.cotton_loader.Loader",
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
if not DEBUG:
    _LOADERS = [("django.template.loaders.cached.Loader", _LOADERS)]  # type: ignore[list-item]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [("template_partials.loader.Loader", _LOADERS)],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "core.templatetags.ui",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context_processors.practice",
                "accounts.context_processors.switcher",
            ],
        },
    },
]
COTTON_DIR = "cotton"
FORM_RENDERER = "core.forms.FormRenderer"

# --- Data ---------------------------------------------------------------------------------------

# Web and workers connect as a plain role; `migrate` connects as the owner of the tables
# (RAPPORT_DB_ROLE=owner). With DATABASE_URL alone both are the same role.
DATABASE_ROLE = env("RAPPORT_DB_ROLE", default="app")
_app_database = env.db("DATABASE_URL")
_owner_database = env.db("DATABASE_OWNER_URL", default=env("DATABASE_URL"))
DATABASE_APP_ROLE = _app_database["USER"]
# A copy: the test settings change the role below, and must not change what `_app_database` says.
DATABASES = {"default": {**(_owner_database if DATABASE_ROLE == "owner" else _app_database)}}
DATABASES["default"] |= {
    "ENGINE": "django.db.backends.postgresql",
    "ATOMIC_REQUESTS": True,
    "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=60),
    "CONN_HEALTH_CHECKS": True,
}
DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
    "-c lock_timeout=3000 -c idle_in_transaction_session_timeout=15000"
    + ("" if DATABASE_ROLE == "owner" else " -c statement_timeout=10000")
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SESSION_ENGINE = "django.contrib.sessions.backends.db"  # a lost broker signs nobody out
# Rate limits live here. In memory suits one web machine; several share one CACHE_URL.
CACHES = {"default": env.cache_url("CACHE_URL", default="locmemcache://")}

# --- Messages ------------------------------------------------------------------------------------

REMINDER_LEAD_TIMES_HOURS = env.list("REMINDER_LEAD_TIMES_HOURS", cast=int, default=[24, 1])
INVITATION_VALID_DAYS = env.int("INVITATION_VALID_DAYS", default=7)

# --- Mail: SMTP if EMAIL_URL is set, else the demo mailbox, real messages on disk -----------------

MAILBOX_DIR = BASE_DIR / "var" / "mailbox"
EMAIL_URL = env("EMAIL_URL", default="")
if EMAIL_URL:
    vars().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "notifications.backends.mailbox.MailboxBackend"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Northlight <hello@northlight.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Text messages: "console:", "file:" (the demo mailbox) or a provider's https address.
SMS_URL = env("SMS_URL", default="file:" if LOCAL_MODE and not EMAIL_URL else "")
DEAD_MAN_URL = env("DEAD_MAN_URL", default="")  # https; told after each pass of the dispatcher
SMS_TOKEN, SMS_SENDER = env("SMS_TOKEN", default=""), env("SMS_SENDER", default="")

# --- Sign-in --------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "outcomes:today"
LOGOUT_REDIRECT_URL = "account_login"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in [
        ("UserAttributeSimilarityValidator", {"user_attributes": ["name", "email"]}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
    ]
]
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "100/m/ip,5/5m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0 if LOCAL_MODE else 1)

# --- Headers, cookies, limits -----------------------------------------------------------------------

_csp: dict[str, list[object]] = {
    f"{kind}-src": [SELF] for kind in ("style", "font", "connect", "manifest")
}
_csp |= {kind: [NONE] for kind in ("default-src", "object-src", "base-uri", "frame-ancestors")}
_csp |= {"script-src": [SELF, NONCE], "img-src": [SELF, "data:"], "form-action": [SELF]}
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": _csp | ({} if LOCAL_MODE else {"upgrade-insecure-requests": True})
}
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=not LOCAL_MODE)
SECURE_REDIRECT_EXEMPT = [r"^healthz/$", r"^readyz/$"]
SECURE_PROXY_SSL_HEADER = None if LOCAL_MODE else ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 0 if LOCAL_MODE else env.int("SECURE_HSTS_SECONDS", default=31536000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not LOCAL_MODE
SESSION_COOKIE_NAME = "sessionid" if LOCAL_MODE else "__Host-sessionid"
CSRF_COOKIE_NAME = "csrftoken" if LOCAL_MODE else "__Host-csrftoken"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not LOCAL_MODE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 43200
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 5

# --- Language, time, files --------------------------------------------------------------------------

LANGUAGE_CODE = "en-us"
LANGUAGES = [("en-us", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = BASE_DIR / "var" / "media"
CURRICULUM_DIR = BASE_DIR / "curriculum"

# --- Logs: one line per event, no request bodies, no private text -------------------------------------

LOG_FORMAT = env("LOG_FORMAT", default="console" if LOCAL_MODE else "json")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"default": {"()": "core.logs.formatter", "log_format": LOG_FORMAT}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "default"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.server": {"level": "WARNING"},
        # At DEBUG these two print whole page contexts and query parameters: people's private text.
        "django.template": {"level": "INFO"},
        "django.db.backends": {"level": "INFO"},
    },
}
