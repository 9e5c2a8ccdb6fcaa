"""Every setting, in one file. A laptop needs none of the variables; docs/operating/settings.md
explains each of them, and `operations/checks.py` refuses a public site that is not safe."""

from __future__ import annotations

import importlib.util
import math
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from django.conf.locale import LANG_INFO

from archlab import env

ROOT = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("ARCHLAB_DATA_DIR", str(ROOT / "var"))).resolve()
LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]


def made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise env.BadSetting(
            f"ARCHLAB_DATA_DIR={folder}: the folder cannot be made ({error})."
        ) from None
    return folder


def site(url: str) -> SplitResult:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/"):
        raise env.BadSetting(
            f"ARCHLAB_SITE_URL={url}: write the address of the site without a path, "
            "such as https://learn.example.org."
        )
    return parts


def local_secret(file: Path) -> str:
    """The laptop's own key, made at the first start and kept beside the database.

    It appears whole: web and worker start at once, and neither may read half of it.
    """
    if not file.exists():
        draft = file.with_name(f"{file.name}-{secrets.token_hex(8)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48), encoding="utf-8")
        with suppress(FileExistsError):
            file.hardlink_to(draft)
        draft.unlink()
    return file.read_text(encoding="utf-8")


def languages(text: str) -> list[tuple[str, str]]:
    codes = [code.strip() for code in text.split(",")]
    if unknown := [code for code in codes if code not in LANG_INFO or code == "zh-cn"]:
        raise env.BadSetting(
            f"ARCHLAB_LANGUAGES={text}: {', '.join(unknown)} is not a language code; "
            "write codes such as en,ar."
        )
    return [(code, str(LANG_INFO[code]["name"])) for code in codes]


def sqlite(file: Path) -> dict[str, Any]:
    """WAL with IMMEDIATE transactions behind the writer gate; the decision record has the figures.

    Django splits `init_command` at each semicolon.
    """
    pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON"
    options = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas}
    # None keeps the connection: running the PRAGMAs for each request costs a fifth of its CPU
    return {
        "ENGINE": "archlab.sqlite",
        "NAME": file,
        "CONN_MAX_AGE": None,
        "OPTIONS": options,
    }


def postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise env.BadSetting(
            "ARCHLAB_DATABASE_URL: write postgresql://user:password@host:5432/name, "
            "or leave it out for SQLite."
        )
    if not importlib.util.find_spec("psycopg"):
        raise env.BadSetting(
            "ARCHLAB_DATABASE_URL names PostgreSQL, but psycopg is not installed here."
        )
    limits = "-c statement_timeout=5s -c lock_timeout=3s -c idle_in_transaction_session_timeout=30s"
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"options": limits},
    }


def smtp(url: str) -> SplitResult:
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise env.BadSetting(
            "ARCHLAB_SMTP_URL: write smtp://user:password@host:587 (with STARTTLS) "
            "or smtps://user:password@host:465."
        )
    return parts


def retry_s(timeout_s: int, workers: int) -> int:
    """How long the broker waits before it gives a message out again.

    Its clock starts when a message leaves the table, and three of them wait in memory for a
    worker; what is added is the margin.
    """
    return timeout_s * (1 + math.ceil(3 / workers)) + max(20, timeout_s // 10)


# The site
made(DATA_DIR)
SITE_URL = env.text("ARCHLAB_SITE_URL", "http://127.0.0.1:8000").rstrip("/")
SITE = site(SITE_URL)
PUBLIC = SITE.hostname not in {"localhost", "127.0.0.1", "::1"}
SECURE = SITE.scheme == "https"
DEBUG = env.flag("ARCHLAB_DEBUG", default=False)
HOSTS = env.text("ARCHLAB_ALLOWED_HOSTS", str(SITE.hostname))
ALLOWED_HOSTS = [*{host.strip(): None for host in HOSTS.split(",")} | dict.fromkeys(LOOPBACK)]
SECRET_KEY_GIVEN = bool(env.text("ARCHLAB_SECRET_KEY"))
SECRET_KEY = env.text("ARCHLAB_SECRET_KEY") or local_secret(DATA_DIR / "secret-key")

# The house
INSTALLED_APPS = [
    "archlab.operations",
    "archlab.records",
    "archlab.sandboxes",
    "archlab.calculators",
    "archlab.drills",
    "archlab.practice",
    "archlab.journeys",
    "archlab.catalog",
    "archlab.jobs",
    "archlab.accounts",
    "archlab.web",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django_q",
    "template_partials.apps.SimpleAppConfig",
]
# Compiled code of the simulator: web and worker share it, and the source tree may be read-only
env.hand_on("NUMBA_CACHE_DIR", str(DATA_DIR / "numba"))
PACK_DIR = ROOT / "scenarios"
PRICE_SNAPSHOT = env.text("ARCHLAB_PRICE_SNAPSHOT")
ROOT_URLCONF = "archlab.urls"
WSGI_APPLICATION = "archlab.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MIDDLEWARE = [
    # before WhiteNoise, so that static files and every error carry the headers too
    "archlab.web.csp.content_security_policy",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "archlab.web.middleware.vary_by_request_type",
    "django_htmx.middleware.HtmxMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "archlab.accounts.preferences.own_zone",
    "archlab.accounts.middleware.visitors",
    "archlab.accounts.middleware.no_kept_requests",
    "allauth.account.middleware.AccountMiddleware",
    "archlab.accounts.middleware.RefusedForms",
    "archlab.web.middleware.Refusals",
]
FILES = "django.template.loaders.filesystem.Loader"
OF_APPS = "django.template.loaders.app_directories.Loader"
CACHED = "django.template.loaders.cached.Loader"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "OPTIONS": {
            "loaders": [("template_partials.loader.Loader", [(CACHED, [FILES, OF_APPS])])],
            "context_processors": ["django.template.context_processors.request"],
        },
    }
]
DATABASE_URL = env.text("ARCHLAB_DATABASE_URL")
DATABASES = {
    "default": postgresql(DATABASE_URL) if DATABASE_URL else sqlite(DATA_DIR / "archlab.sqlite3")
}

# All processes share the first: it counts wrong passwords, and a limit per process would be none.
# The second holds printed blocks, which are cheap to print again
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
        # past it the oldest counts go, and with them the limits of tries
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "OPTIONS": {"MAX_ENTRIES": 5000},
    },
}

# Files that browsers fetch
STATIC_URL = "/static/"
STATIC_ROOT = ROOT / "staticfiles"
STATICFILES_DIRS = [ROOT / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "archlab.web.npm.NpmFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "archlab.web.static.HashedStorage"},
}
NODE_MODULES = ROOT / "node_modules"

# Practice: dates of cards that were learned together drift apart
PRACTICE_FUZZ = True

# Languages and time
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGES = languages(env.text("ARCHLAB_LANGUAGES", "en"))
LANGUAGE_CODE = LANGUAGES[0][0]
LOCALE_PATHS = [ROOT / "locale"]

# Cookies and headers. The policy stands in web/csp.py
COOKIE_PREFIX = "__Host-" if SECURE else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}archlab-session"
SESSION_COOKIE_SECURE = SECURE
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}archlab-language"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}archlab-csrf"
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "archlab.web.errors.csrf_failure"
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^healthz/"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
BEHIND_PROXY = env.flag("ARCHLAB_BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None

# Accounts. Nobody needs one to learn; docs/operating/accounts.md says what they are for
SESSION_ENGINE = "archlab.accounts.sessions"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "archlab.accounts.passwords.NotTooLong"},
    {"NAME": "archlab.accounts.passwords.NotCommon"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
ACCOUNT_ADAPTER = "archlab.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "archlab.accounts.forms.SignIn",
    "signup": "archlab.accounts.forms.SignUp",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
# nobody learns from a form which addresses have an account; until it is confirmed, two may have one
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "archlab: "
ACCOUNT_DEFAULT_HTTP_PROTOCOL = SITE.scheme
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key,20/h/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = int(BEHIND_PROXY)
MFA_ADAPTER = "archlab.accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "archlab"
MFA_TOTP_TOLERANCE = 1
# An address is optional here and proves nothing, so it does not stand before the second factor
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE

# Mail: to the console until a server is named
SMTP_URL = env.text("ARCHLAB_SMTP_URL")
DEFAULT_FROM_EMAIL = env.text("ARCHLAB_MAIL_FROM") or f"archlab@{SITE.hostname}"
EMAIL_TIMEOUT = 10
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
if SMTP_URL:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    SMTP = smtp(SMTP_URL)
    EMAIL_HOST, EMAIL_PORT = str(SMTP.hostname), SMTP.port or 587
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = (
        unquote(SMTP.username or ""),
        unquote(SMTP.password or ""),
    )
    EMAIL_USE_SSL = SMTP.scheme == "smtps"
    EMAIL_USE_TLS = not EMAIL_USE_SSL and SMTP.hostname not in LOOPBACK

# Sign-in through another site, by OpenID Connect; off until its address is given
OIDC_URL = env.text("ARCHLAB_OIDC_URL")
OIDC = {
    "provider_id": "oidc",
    "name": env.text("ARCHLAB_OIDC_NAME", "OpenID Connect"),
    "client_id": env.text("ARCHLAB_OIDC_CLIENT_ID"),
    "secret": env.text("ARCHLAB_OIDC_CLIENT_SECRET"),
    "settings": {"server_url": OIDC_URL},
}
if OIDC_URL:
    INSTALLED_APPS += ["allauth.socialaccount", "allauth.socialaccount.providers.openid_connect"]
    MIDDLEWARE.append("archlab.accounts.middleware.OtherSite")
    SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [OIDC]}}
    # a link, not a form: the policy lets forms go to this site alone, their redirects included
    SOCIALACCOUNT_LOGIN_ON_GET = True

# Jobs: the queue is a table of the same database. Two clusters, so that what takes minutes never
# stands in the way of what takes a moment; the supervisor is the only clock
Q_WORKERS = env.integer("ARCHLAB_WORKERS", default=2, low=1, high=32)
Q_CLUSTER: dict[str, Any] = {
    "name": "short",
    "orm": "default",
    "workers": Q_WORKERS,
    "queue_limit": 2,
    "bulk": 1,
    "poll": 0.5,
    "timeout": 60,
    "retry": retry_s(60, Q_WORKERS),
    "max_attempts": 3,
    "ack_failures": True,
    "save_limit": 250,
    "catch_up": False,
    "scheduler": False,
    "recycle": 100,
    # its own figures, twice a second: nobody reads them, so they stay in the process
    "cache": "pages",
    "ALT_CLUSTERS": {
        # max_rss is the peak in kB: who once held a large simulation makes room for another
        "long": {
            "timeout": 600,
            "retry": retry_s(600, Q_WORKERS),
            "recycle": 50,
            "max_rss": 700_000,
        },
    },
}
JOB_LEASE_S = 60
JOB_RECONCILE_S = 10
JOB_STALE_S = 60

# Real accounts at AWS: nothing is allowed until all of these say so
AWS_ENABLED = env.flag("ARCHLAB_AWS_ENABLED", default=False)
AWS_ACCOUNTS = env.words("ARCHLAB_AWS_ACCOUNTS", pattern=r"[0-9]{12}", example="123456789012")
AWS_REGIONS = env.words(
    "ARCHLAB_AWS_REGIONS", pattern=r"[a-z]{2}-[a-z]+-[1-9]", example="eu-west-1"
)
AWS_PRINCIPAL = env.text("ARCHLAB_AWS_PRINCIPAL")

LOG_LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no tokens": {"()": "archlab.web.logs.NoTokens"}},
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "plain",
            "filters": ["no tokens"],
        }
    },
    "root": {
        "handlers": ["console"],
        "level": env.choice("ARCHLAB_LOG_LEVEL", "WARNING", LOG_LEVELS),
    },
    "loggers": {
        # Django's own configuration mails errors and prints nothing; here the root prints them
        "django": {"handlers": [], "level": "NOTSET", "propagate": True},
        "django.request": {"level": "ERROR"},  # a page that does not exist is no news
        "django.security.DisallowedHost": {"handlers": [], "propagate": False},
        # below this they print whole requests, with the credentials in them
        "boto3": {"level": "WARNING"},
        "botocore": {"level": "WARNING"},
        "urllib3": {"level": "WARNING"},
    },
}
