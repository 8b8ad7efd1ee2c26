"""Settings, all from the environment; what is silent there comes from the running system's ``var/run.json``."""

import hashlib
import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

from csp.constants import NONE, SELF
from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured
from environs import Env, validate

from citycoin.runtime.domain.addresses import defaults

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()
VAR = Path(env.str("CITYCOIN_VAR", str(BASE_DIR / "var"))).resolve()
# A command typed by hand meets the servers that `./city up` started, without being told where they are.
for name, address in defaults(VAR).items():
    os.environ.setdefault(name, address)

DEMO = env.bool("CITYCOIN_DEMO", False)
# "demo": cities, people, days of payments; "cities": no people but officials, shop owners and two wallets of the API.
SEED = env.str("CITYCOIN_SEED", "demo", validate=validate.OneOf(["demo", "cities", "none"]))
# What `manage.py seed` founds: each TOML file of this folder is a city.
CITIES_FOLDER = Path(env.str("CITYCOIN_CITIES", "") or BASE_DIR / "seeds" / "cities")
# Where tests arm points at which a process kills itself (citycoin.foundation.fault_points); never outside the demo.
FAULTS_FOLDER = env.str("CITYCOIN_FAULTS", "") if DEMO else ""
# A traceback page and a log of SQL, for a developer: both show what nobody else may see.
DEBUG = env.bool("CITYCOIN_DEBUG", False)
if DEBUG and not DEMO:
    raise ImproperlyConfigured("CITYCOIN_DEBUG=1 shows source and data to everybody: only where CITYCOIN_DEMO=1")
# The operator's pages: every table of ours, to be read on this machine alone.
ADMIN = env.bool("CITYCOIN_ADMIN", False)
SECRETS = VAR / "secrets"
# 32 raw bytes, mode 0600, outside the database: what seals every key that the city keeps.
KEY_ENCRYPTION_KEY_FILE = Path(env.str("KEY_ENCRYPTION_KEY_FILE", str(SECRETS / "kek")))
# Empty in a clean checkout, where checks and migrations are made: Django refuses whoever asks for it then, and no process
# that serves starts (citycoin/foundation/secret_key.py).
SECRET_KEY_FILE = SECRETS / "django"
SECRET_KEY = env.str("DJANGO_SECRET_KEY", "") or (
    SECRET_KEY_FILE.read_text().strip() if SECRET_KEY_FILE.exists() else ""
)

PUBLIC_URL = env.str("CITYCOIN_PUBLIC_URL", "http://127.0.0.1:8000")
LIVE_URL = env.str("LIVE_URL", "http://127.0.0.1:8001")
WEB_URL = env.str("WEB_URL", "http://127.0.0.1:8000")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["127.0.0.1", "localhost"])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "citycoin.platform.pages.apps.OurStaticFiles",
    "csp",
    "rest_framework",
    "citycoin.platform.pages",
    "citycoin.platform.cities",
    "citycoin.platform.accounts",
    "citycoin.platform.rules",
    "citycoin.platform.consents",
    "citycoin.platform.audit",
    "citycoin.platform.incidents",
    "citycoin.platform.passkeys",
    "citycoin.platform.reports",
    "citycoin.platform.queues",
    "citycoin.platform.exports",
    "citycoin.platform.events",
    "citycoin.platform.notices",
    "citycoin.platform.health",
    "contracts",
    "wallets",
    "citycoin.money.funding",
    "citycoin.money.bank",
    "citycoin.money.payouts",
    "citycoin.money.issuance",
    "citycoin.money.float",
    "merchants",
    "citycoin.web.public",
    "citycoin.web.resident",
    "citycoin.web.shop",
    "citycoin.web.console",
    "citycoin.web.demo",
    "seeds",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "citycoin.platform.pages.doors.drawing_again.PageAgain",
    "citycoin.platform.pages.doors.middleware.Rim",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "citycoin.platform.pages.doors.middleware.TokenOfOpenedPages",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "citycoin.platform.pages.doors.middleware.ErrorPages",
]
ROOT_URLCONF = "citycoin.urls"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates", BASE_DIR / "citycoin" / "templates"],  # in a checkout, in a wheel
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "citycoin.platform.pages.doors.context_processors.page",
                "citycoin.web.context_processors.stopped",
                "citycoin.web.context_processors.face",
                "citycoin.web.context_processors.notices",
            ],
            "builtins": [
                "citycoin.platform.pages.templatetags.pages",
                "citycoin.platform.cities.templatetags.places",
                "django.templatetags.static",
            ],
        },
    }
]
if ADMIN:
    INSTALLED_APPS += [
        "django.contrib.messages",
        "django.contrib.admin.apps.SimpleAdminConfig",  # without the site that Django would make by itself
        "citycoin.web.operator",
    ]
    MIDDLEWARE.append("django.contrib.messages.middleware.MessageMiddleware")
    TEMPLATES[0]["APP_DIRS"] = True
    TEMPLATES[0]["OPTIONS"]["context_processors"] += [
        "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages",
    ]

# Quoted, since the address is unquoted again: the folder's name may have a % or a ? in it.
DATABASE_FILE = quote(str(VAR / "db.sqlite3"))
DATABASES = {"default": env.dj_db_url("DATABASE_URL", f"sqlite:///{DATABASE_FILE}", conn_max_age=None)}
DATABASE_IS_SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")
if DATABASE_IS_SQLITE:
    # Django's defaults lost 71 of 900 concurrent transactions; these lost none. IMMEDIATE is the row lock here.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Health and notifications must answer within seconds when the broker doesn't.
REDIS_URL = env.str("REDIS_URL", "redis://127.0.0.1:16379/0")
REDIS_TIMEOUT_SECONDS = 1

CHAIN_RPC_URL = env.str("CHAIN_RPC_URL", "http://127.0.0.1:8545")
CHAIN_TIMEOUT_SECONDS = 10
CHAIN_BLOCKS_TO_FINAL = env.int("CHAIN_BLOCKS_TO_FINAL", 5)
# What a page expects while nothing was measured yet.
CHAIN_BLOCK_SECONDS = float(env.str("CHAIN_BLOCK_SECONDS", "") or "1")
# EIP-7825's limit for one transaction, less a margin; batches are filled up to it by a gas formula.
BATCH_GAS = env.int("BATCH_GAS", 16_000_000)
# Pays the gas of the cities' sending keys. Unset, the devnet's well-known first account does, on chain 31337 only.
CHAIN_FUNDER_KEY = env.str("CHAIN_FUNDER_KEY", "")

# The two folders that are shared with the bank; and, in a demo, where the bank's own program listens.
BANK_FOLDER = Path(env.str("BANK_FOLDER", "") or VAR / "bank")
BANK_URL = env.str("BANK_URL", "http://127.0.0.1:8002") if DEMO else ""

# Limits of rate and PIN. A benchmark or a storm raises them here, never in code.
PAYMENTS_PER_MINUTE = env.int("PAYMENTS_PER_MINUTE", 60)
PIN_TRIES = env.int("PIN_TRIES", 5)
PIN_LOCK_SECONDS = env.int("PIN_LOCK_SECONDS", 600)
RESERVATION_SECONDS = env.int("RESERVATION_SECONDS", 600)

HELP_PHONE = env.str("CITYCOIN_HELP_PHONE", "031-000-0000")

LANGUAGE_CODE = "ko"
# Further languages are catalogues: a file of texts each, by its code. decisions/0034
CATALOGUES = Path(env.str("CITYCOIN_CATALOGUES", "") or BASE_DIR / "citycoin" / "foundation" / "languages")
LANGUAGES = [("ko", "한국어"), ("en", "English")]
for each in sorted(CATALOGUES.glob("*.json")):
    if "name_local" not in LANG_INFO.get(each.stem, {}):
        raise ImproperlyConfigured(f"{each}: a catalogue is called by a code of Django's list of languages")
    LANGUAGES.append((each.stem, LANG_INFO[each.stem]["name_local"]))
TIME_ZONE = "Asia/Seoul"
USE_TZ = True
STATIC_URL = "static/"
# Made by collectstatic, which `./city` calls once for each change. Resolved, so that a process keeps what it began with.
STATIC_ROOT = Path(env.str("CITYCOIN_STATIC", "") or VAR / "static" / "current").resolve()
STORAGES = {"staticfiles": {"BACKEND": "citycoin.platform.pages.doors.static_files.HashedFiles"}}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
# With DEBUG, too, a page has the very files that it has without.
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = False

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["citycoin.foundation.http.authentication.OfSession"],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["citycoin.foundation.http.parsers.StrictJSONParser"],
    "EXCEPTION_HANDLER": "citycoin.foundation.http.errors.problem",
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024

AUTH_USER_MODEL = "accounts.Person"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
LOGIN_URL = "sign-in"
CODE_TRIES = env.int("CODE_TRIES", 5)
CODES_PER_HOUR = env.int("CODES_PER_HOUR", 5)
SIGN_IN_TRIES = env.int("SIGN_IN_TRIES", 5)
SIGN_IN_LOCK_SECONDS = env.int("SIGN_IN_LOCK_SECONDS", 600)
OFFICIAL_IDLE_SECONDS = env.int("OFFICIAL_IDLE_SECONDS", 15 * 60)

# Ports of one host share their cookies, so two installations side by side need names of their own.
INSTALLATION = hashlib.sha256(SECRET_KEY.encode()).hexdigest()[:8]
HTTPS = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_NAME = f"city_session_{INSTALLATION}"
CSRF_COOKIE_NAME = f"city_csrf_{INSTALLATION}"
COUNTER_COOKIE_NAME = f"city_counter_{INSTALLATION}"
BROWSER_COOKIE_NAME = f"city_browser_{INSTALLATION}"
THEME_COOKIE_NAME = f"city_theme_{INSTALLATION}"
MODE_COOKIE_NAME = f"city_mode_{INSTALLATION}"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "citycoin.platform.pages.doors.errors.form_too_old"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# No page runs inline script or loads anything from elsewhere; the live stream has a port of its own.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF, LIVE_URL],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

CELERY_BROKER_URL = REDIS_URL
# How often the worker looks at the chain and at what waits for it; news is relayed each second, whatever stands here.
ROUND_SECONDS = env.float("ROUND_SECONDS", 1.0)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "beat" / "schedule")
# The table is the queue; a notification that nobody heard within seconds is stale, and the next one says the same.
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": REDIS_TIMEOUT_SECONDS * 5,
    "socket_connect_timeout": REDIS_TIMEOUT_SECONDS,
}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
        "django.db.backends": {"level": "DEBUG" if DEBUG else "INFO"},
    },
}
