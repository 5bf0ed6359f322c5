"""Settings of the test suite: real PostgreSQL, fast password hashes, mail in memory."""

import os
import tempfile
from pathlib import Path

from config.settings import *  # noqa: F403  # the one place where a star import says what is meant
from config.settings import DATABASES, _owner_database

LOCAL_MODE = True
DEMO_MODE = False
SITE_URL = "http://testserver"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# One a process: what another test run wrote is none of this one's business.
MAILBOX_DIR = Path(tempfile.gettempdir()) / f"rapport-test-mailbox-{os.getpid()}"
MEDIA_ROOT = Path(tempfile.gettempdir()) / "rapport-test-media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# The owner makes the test database; conftest.py then becomes the plain role, like the site.
DATABASES["default"] |= {key: _owner_database[key] for key in ("USER", "PASSWORD")}
# A database connection must not outlive its test: race tests open one per thread.
DATABASES["default"]["CONN_MAX_AGE"] = 0
WHITENOISE_AUTOREFRESH = True  # tests need no collected files
LOGGING_CONFIG = None
