"""Django's settings, all from the environment; a bare clone runs with none of them set.

Every variable that an operator may set is named in docs/running.md (a test keeps the two in step).
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils.csp import CSP

from studio import env
from studio.doitong.addresses import is_loopback

ROOT = Path(__file__).resolve().parent.parent

# --- where things are -------------------------------------------------------------------------
DATA = env.folder("STUDIO_DATA", ROOT / "var")
SECRETS = env.path("STUDIO_SECRETS", DATA / "secrets")
# Renditions under unguessable names, which a front server may serve; and what was received, which is only
# ever given through a permission check.
PICTURES = env.path("STUDIO_PICTURES", DATA / "pictures")
ORIGINALS = env.path("STUDIO_ORIGINALS", DATA / "originals")
MACHINE = env.text("STUDIO_MACHINE", env.machine(DATA))
HEARTBEATS: tuple[str, ...] = ("queue", "watcher")  # what must beat somewhere, or every page says so
DISK_RESERVE = 1_000_000 * env.whole("STUDIO_DISK_RESERVE", 500)  # bytes
QUOTA_TEAM = 1_000_000 * env.whole("STUDIO_QUOTA_TEAM", 0)  # bytes of originals; 0: as much as there is room
QUOTA_MEMBER = 1_000_000 * env.whole("STUDIO_QUOTA_MEMBER", 0)

# --- who may reach it -------------------------------------------------------------------------
DEBUG = env.flag("STUDIO_DEBUG", default=False)
DEMO = env.flag("STUDIO_DEMO", default=False)  # one sign-in button a role; refused beyond loopback
BIND = env.text("STUDIO_BIND", "127.0.0.1")
PORT = env.whole("PORT", 8000, least=1, most=65535)
SANDBOX_PORT = env.whole("SANDBOX_PORT", 8001, least=1, most=65535)
PUBLIC_URL = env.address("STUDIO_URL", f"http://127.0.0.1:{PORT}")
_public = urlsplit(PUBLIC_URL)
SECURE = _public.scheme == "https"
ALLOWED_HOSTS = env.words(
    "STUDIO_HOSTS", ["127.0.0.1", "localhost", "[::1]", _public.hostname or "localhost"]
)
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
BEHIND_PROXY = env.flag("STUDIO_BEHIND_PROXY", default=False)
METRICS_TOKEN = env.private("STUDIO_METRICS_TOKEN", shortest=20)  # empty: only this machine reads the figures
WEB_THREADS = env.whole("STUDIO_THREADS", 48, least=4, most=1000)  # of each of the two web processes
HELD_QUESTIONS = env.whole("STUDIO_HELD", 0, most=999)  # how many a web process may keep waiting for news
SECRET_KEY = env.secret("STUDIO_SECRET_KEY", SECRETS / "secret-key")
KEYRING_FILE = env.keyring_file("STUDIO_KEYRING_FILE", SECRETS / "keyring")

# --- the provider -----------------------------------------------------------------------------
DOITONG_URL = env.address("DOITONG_URL", f"http://127.0.0.1:{SANDBOX_PORT}")
DOITONG_TRANSPORT = env.choice("DOITONG_TRANSPORT", "graphql", ("graphql", "generateImage", "rest"))
DOITONG_MINUTE = env.whole("DOITONG_MINUTE", 60, least=1, most=3600)  # seconds of its window of requests
DOITONG_IMAGE_HOSTS = env.words(
    "DOITONG_IMAGE_HOSTS", ["cdn.doitong.com", urlsplit(DOITONG_URL).hostname or ""]
)
DOITONG_WEBHOOKS = env.choice("DOITONG_WEBHOOKS", "auto", ("auto", "on", "off"))
DOITONG_SANDBOX = is_loopback(urlsplit(DOITONG_URL).hostname or "")
JOB_DEADLINE_SECONDS = env.whole("STUDIO_JOB_DEADLINE", 600, least=10)
TRASH_DAYS = env.whole("STUDIO_TRASH_DAYS", 30, least=1, most=3650)  # what is thrown away comes back so long
REJECTED_DAYS = env.whole("STUDIO_REJECTED_DAYS", 0, most=3650)  # then what was rejected goes there; 0: never
UPGRADE_BACKUP = env.flag("STUDIO_UPGRADE_BACKUP", default=True)  # of the database, before it is migrated
RUN_MOST_IMAGES = env.whole("STUDIO_RUN_MOST_IMAGES", 400, least=1, most=10_000)
RUN_ASK_ABOVE_IMAGES = env.whole("STUDIO_RUN_ASK_ABOVE", 50, least=1, most=10_000)
RUN_ASK_ABOVE_CREDITS = env.whole("STUDIO_RUN_ASK_ABOVE_CREDITS", 2_000, least=1)

# --- the house --------------------------------------------------------------------------------
TEAM = env.text("STUDIO_TEAM")  # beside the brand; empty: the brand alone
INSTALLED_APPS = [
    "studio",
    "studio.accounts",
    "studio.credits",
    "studio.prompts",
    "studio.generation",
    "gallery",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "django_q",
]
MIDDLEWARE = [
    "studio.logs.answered.answered",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "studio.politeness.not_kept",
    "studio.politeness.one_charset",
    "studio.generation.silence.told",
    "studio.generation.door.door",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "studio.signed_out.signed_out",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "studio.accounts.secondfactor.Wanted",
    "studio.accounts.sessions.last_use",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "studio.accounts.often.NotTooOften",
    "studio.accounts.denied.noted",
]
ROOT_URLCONF = "studio.urls"
WSGI_APPLICATION = "studio.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["studio.templatetags.look"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "studio.context.house",
                "studio.credits.context.meter",
                "studio.generation.context.pulse",
                "studio.generation.silence.banner",
            ],
        },
    }
]
DATABASES = {"default": env.database("DATABASE_URL", DATA / "studio.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "studio_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},  # the sign-in's counters must not be culled by a flood of others
    },
}

# --- members ----------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.Member"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "explore"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "studio.accounts.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "5/15m/key,50/15m/ip",
    "reauthenticate": "10/15m/user",
    "reset_password": "20/h/ip,5/h/key",
}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60  # seconds that a confirmation holds (AUTH-10)
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody is told by mail that they are not of the team
MFA_ADAPTER = "studio.accounts.secondfactor.Adapter"
MFA_FORMS = {"activate_totp": "studio.accounts.factorform.ActivateForm"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are what an owner invited
MFA_TOTP_TOLERANCE = 1  # a code holds 30 seconds longer, for clocks that differ
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE  # browsers have passkeys without https on this machine alone

# --- mail, and what is told outside -----------------------------------------------------------
_mail = {
    "host": env.text("STUDIO_MAIL_HOST"),
    "port": env.whole("STUDIO_MAIL_PORT", 587, least=1, most=65535),
    "username": env.text("STUDIO_MAIL_USER"),
    "password": env.text("STUDIO_MAIL_PASSWORD"),
    "timeout": 10,
}
_mail_tls = env.choice("STUDIO_MAIL_TLS", "starttls", ("starttls", "tls", "none"))
MAILERS: dict[str, Any] = {}  # none without a host: what is told is read in the studio alone
SILENCED_SYSTEM_CHECKS = ["mail.W001"]  # and that is no fault
if _mail["host"]:
    MAILERS["default"] = {
        "OPTIONS": {**_mail, "use_tls": _mail_tls == "starttls", "use_ssl": _mail_tls == "tls"}
    }
DEFAULT_FROM_EMAIL = env.text("STUDIO_MAIL_FROM", f"studio@{_public.hostname or 'localhost'}")
HOOKS_TO_LOOPBACK = env.flag("STUDIO_HOOKS_TO_LOOPBACK", default=False)

# --- cookies, headers -------------------------------------------------------------------------
_prefix = "__Host-" if SECURE else ""
SESSION_ENGINE = "studio.accounts.sessionstore"
SESSION_COOKIE_NAME = f"{_prefix}studio-session"
CSRF_COOKIE_NAME = f"{_prefix}studio-csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = SECURE and env.flag("STUDIO_SSL_REDIRECT", default=False)
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
if BEHIND_PROXY:
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # whose tries are counted is the visitor's address, not the proxy's
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "manifest-src": [CSP.SELF],
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200

# --- the queue --------------------------------------------------------------------------------
REDIS_URL = env.text("REDIS_URL")
_bells = "postgres" if "postgresql" in str(DATABASES["default"]["ENGINE"]) else "sockets"
BELLS = "redis" if REDIS_URL else _bells  # how one process wakes another
BELLS_FOLDER = DATA / "run" / "bells"  # of `sockets`
WORKER_THREADS = env.whole("STUDIO_WORKER_THREADS", 16, least=1, most=256)
Q_CLUSTER: dict[str, Any] = {
    "name": "studio",
    "workers": env.whole("STUDIO_WORKERS", 2, least=1, most=64),
    "broker_class": f"studio.generation.{'redislist.Redis' if REDIS_URL else 'broker.Database'}",
    **({"redis": REDIS_URL} if REDIS_URL else {"orm": "default"}),
    # read by django-q2's own `qcluster` alone; a task that was claimed is gone, so that it retries nothing
    "timeout": 60,
    "retry": 120,
    "bulk": 10,
    "save_limit": -1,  # our own attempts are the record
    "scheduler": False,
}

# --- files, words, logs -----------------------------------------------------------------------
STATIC_URL = "/static/"
PICTURES_URL = "/pictures/"
STATIC_ROOT = DATA / "static"
STATICFILES_DIRS = [ROOT / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "originals": {
        "BACKEND": env.text("STUDIO_ORIGINALS_STORAGE", "studio.generation.originals.OnDisk"),
        "OPTIONS": env.options("STUDIO_ORIGINALS_OPTIONS"),
    },
    "staticfiles": {"BACKEND": "studio.hashed.Hashed"},
}
WHITENOISE_MAX_AGE = 31_536_000
LANGUAGE_CODE = "en"
TIME_ZONE = env.time_zone("STUDIO_TIME_ZONE", "UTC")
USE_TZ = True
USE_I18N = True
DEFAULT_EXCEPTION_REPORTER_FILTER = "studio.accounts.reporting.Filter"  # Django's own rests in DEBUG
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_quiet = env.choice("STUDIO_LOG_LEVEL", "WARNING", LEVELS)
_told = env.choice("STUDIO_LOG_LEVEL", "INFO", LEVELS)
LOG_FORMS = {"text": "studio.logs.lines.Text", "json": "studio.logs.objects.Json"}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": LOG_FORMS[env.choice("STUDIO_LOG", "text", LOG_FORMS)]}},
    "filters": {
        "expected": {"()": "studio.logs.Expected"},
        "away": {"()": "studio.away.OneLine"},
        "suspicious": {"()": "studio.logs.Suspicious"},
        "about": {"()": "studio.logs.about.Told"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["suspicious", "about"],
        },
    },
    "root": {"handlers": ["stderr"], "level": _quiet},
    "loggers": {
        "studio": {"level": _told},
        "gallery": {"level": _told},
        # a line for each step of each image; in a demonstration they would push its address off the screen
        "studio.generation.steps": {"level": _quiet if DEMO else _told},
        "django": {"level": "INFO"},  # without the handlers of its own, whose lines would not be these
        "django.request": {"filters": ["expected", "away"]},
        # below INFO these write whole headers, and a provider may echo a key in one (KEY-03)
        "httpcore": {"level": "INFO"},
        "httpx": {"level": "WARNING"},
        "django-q": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
    },
}
