"""Every setting of the hub; each difference between deployments is one environment variable."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from contact_hub.lib import logs

env = environ.Env()
ROOT = Path(__file__).resolve().parent.parent
VAR = Path(env.str("HUB_VAR", default=str(ROOT / "var")))  # everything the hub writes

# --- what this installation is ---------------------------------------------------------------
DEMO_KEY = "demo-only-key-that-production-refuses-0123456789"
PRODUCTION = env.bool("HUB_PRODUCTION", default=False)
DEBUG = env.bool("HUB_DEBUG", default=False)
SECRET_KEY = env.str("HUB_SECRET_KEY", default=DEMO_KEY)
SEALING_KEYS = env.list("HUB_SEALING_KEYS", default=[])  # newest first; the rest still open
PUBLIC_URL = env.str("HUB_PUBLIC_URL", default="http://127.0.0.1:8000")
SITE_NAME = env.str("HUB_SITE_NAME", default="Contact Hub")
ALLOWED_HOSTS = env.list(
    "HUB_ALLOWED_HOSTS",
    # By its number this machine may always ask, for probes; the rest an office names itself.
    default=[
        str(urlsplit(PUBLIC_URL).hostname),
        "127.0.0.1",
        *([] if PRODUCTION else ["localhost"]),
    ],
)
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
if PRODUCTION and (SECRET_KEY == DEMO_KEY or not SEALING_KEYS or DEBUG):
    raise ImproperlyConfigured(
        "HUB_PRODUCTION needs its own HUB_SECRET_KEY and HUB_SEALING_KEYS, and no HUB_DEBUG."
    )

# --- the rooms --------------------------------------------------------------------------------
INSTALLED_APPS = [
    "contact_hub.staff.apps.HubAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "channels",
    "csp",
    "django_htmx",
    "django_tasks",
    "contact_hub.jobs",
    "contact_hub.staff",
    "contact_hub.journal",
    "contact_hub.customers",
    "contact_hub.inbox",
    "contact_hub.desk",
    "contact_hub.sample",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "contact_hub.desk.static_files.StaticFiles",
    "contact_hub.staff.middleware.RequestLog",
    "contact_hub.desk.metrics.RequestMetrics",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "contact_hub.staff.middleware.PersonOfRequest",
    "contact_hub.staff.middleware.SecondFactor",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "contact_hub.urls"
ASGI_APPLICATION = "contact_hub.asgi.application"
WSGI_APPLICATION = "contact_hub.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- data -------------------------------------------------------------------------------------
SQLITE: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL;"
        f"PRAGMA synchronous={env.str('HUB_SQLITE_SYNCHRONOUS', default='NORMAL')};"
        "PRAGMA foreign_keys=ON;PRAGMA mmap_size=134217728;"
        "PRAGMA journal_size_limit=27103364;PRAGMA cache_size=-20000;"
    ),
}
DATABASE_URL = env.str("DATABASE_URL", default=f"sqlite:///{VAR / 'hub.sqlite3'}")
DATABASES = {"default": env.db_url_config(DATABASE_URL)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = SQLITE
else:
    # Plans are kept by the server after so many uses; 0 for a pooler that mixes up sessions.
    DATABASES["default"]["OPTIONS"] = {
        "server_side_binding": True,
        "prepare_threshold": env.int("HUB_PREPARE_AFTER", default=5) or None,
    }
    if pool_size := env.int("HUB_POOL_SIZE", default=8):
        DATABASES["default"]["OPTIONS"]["pool"] = {
            "min_size": 1,
            "max_size": pool_size,
            "timeout": 20,
        }
REDIS_URL = env.str("REDIS_URL", default="")
BUS = env.str("HUB_BUS", default="")  # "", "local", "postgres" or "redis"; "" chooses by the rest
BLOB_ROOT = VAR / "blobs"  # attachments and large envelopes, by hash
IMPORT_DIR = env.str("HUB_IMPORT_DIR", default="")  # where the billing system leaves its extracts
TASKS = {
    "default": {
        "BACKEND": "contact_hub.jobs.backend.JobsBackend",
        "QUEUES": ["default", "mail", "slow"],
    }
}
CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
    }
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "hub_cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},  # at 300 a guesser could push out what is counted
    }
}

# --- people and their sign-in -----------------------------------------------------------------
AUTH_USER_MODEL = "staff.Person"
AUTHENTICATION_BACKENDS = ["contact_hub.staff.backend.PersonBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {"user_attributes": ("email", "name")}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
LOGIN_REDIRECT_URL = "/desk/"
LOGIN_URL = "account_login"
HTTPS = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrftoken"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = env.int("HUB_SESSION_SECONDS", default=12 * 3600)  # of idleness
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

ACCOUNT_ADAPTER = "contact_hub.desk.sign_in.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # read for sign-in too; sign-up itself is closed
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an administrator vouches for the address
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105  # a class, no password
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {
    "login": env.str("HUB_SIGN_IN_LIMIT", default="30/m/ip"),
    "login_failed": env.str("HUB_SIGN_IN_FAILURES_LIMIT", default="10/m/ip,5/5m/key"),
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("HUB_TRUSTED_PROXIES", default=0)
USERSESSIONS_ADAPTER = "contact_hub.desk.sign_in.SessionsAdapter"
MFA_ADAPTER = "contact_hub.staff.second_factor.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "contact_hub.desk.sign_in.CodeForm",
    "add_webauthn": "contact_hub.staff.forms.PasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = SITE_NAME
MFA_TOTP_TOLERANCE = 1  # a telephone's clock may be half a minute off
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS

# --- headers ----------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    }
}
X_FRAME_OPTIONS = "SAMEORIGIN"
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # other names under ours are not for us to decide about
    "security.W008",  # the proxy in front sends people to HTTPS
    "security.W019",  # customers' HTML is shown in a sandboxed frame of our own
    "security.W021",  # nor is a browser's list of names
]
SECURE_REFERRER_POLICY = "same-origin"
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = env.int("HUB_HSTS_SECONDS", default=3600)

# --- text, time, files ------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LOCALE_PATHS = [ROOT / "locale"]
FORMAT_MODULE_PATH = "contact_hub.lib.formats"
USE_TZ = True
TIME_ZONE = env.str("HUB_TIME_ZONE", default="America/Chicago")
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("HUB_STATIC_ROOT", default=str(ROOT / "staticfiles")))
STATICFILES_DIRS = [ROOT / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = not PRODUCTION  # files may change while they are served
DATA_UPLOAD_MAX_MEMORY_SIZE = 30 * 1024 * 1024

# --- mail -------------------------------------------------------------------------------------
SMTP_URL = env.str(
    "HUB_SMTP_URL", default=""
)  # smtp://user:pass@host:587, smtps:// for TLS at once
MAIL_DOMAIN = env.str("HUB_MAIL_DOMAIN", default="hub.localhost")  # right side of our Message-IDs
DEFAULT_FROM_EMAIL = env.str("HUB_FROM_EMAIL", default=f"{SITE_NAME} <hub@{MAIL_DOMAIN}>")
EMAIL_BACKEND = "contact_hub.desk.letters.QueuedLetters"  # mail to our own people
LMTP_LISTEN = env.str("HUB_LMTP_LISTEN", default="127.0.0.1:8024")  # "" switches the listener off
SMTP_LISTEN = env.str("HUB_SMTP_LISTEN", default="")
MAIL_CERT_FILE = env.str("HUB_MAIL_CERT_FILE", default="")  # the listeners then offer STARTTLS
MAIL_KEY_FILE = env.str("HUB_MAIL_KEY_FILE", default="")  # "": in the same file
MAIL_BUFFER_BYTES = env.int("HUB_MAIL_BUFFER_BYTES", default=128 * 1024 * 1024)
MAIL_CA_FILE = env.str("HUB_MAIL_CA_FILE", default="")  # an authority the office runs itself
MAIL_MAX_BYTES = env.int("HUB_MAIL_MAX_BYTES", default=35 * 1024 * 1024)  # 25 MB as base64
ATTACHMENT_MAX_BYTES = env.int("HUB_ATTACHMENT_MAX_BYTES", default=25 * 1024 * 1024)
AUTO_REPLY_PER_ADDRESS = env.int("HUB_AUTO_REPLY_PER_ADDRESS", default=10)  # in the window
AUTO_REPLY_PER_CASE = env.int("HUB_AUTO_REPLY_PER_CASE", default=3)
AUTO_REPLY_WINDOW_MINUTES = env.int("HUB_AUTO_REPLY_WINDOW_MINUTES", default=180)
ENVELOPE_KEEP_DAYS = env.int("HUB_ENVELOPE_KEEP_DAYS", default=90)
JOB_KEEP_DAYS = env.int("HUB_JOB_KEEP_DAYS", default=7)  # of jobs that are over

# --- watching it run --------------------------------------------------------------------------
METRICS_TOKEN = env.str("HUB_METRICS_TOKEN", default="")  # "": only from this machine itself
LOGGING = logs.configure(
    as_json=env.bool("HUB_LOG_JSON", default=PRODUCTION),
    level=env.str("HUB_LOG_LEVEL", default="INFO"),
)
