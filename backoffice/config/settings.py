"""Settings of the whole system, from the environment (see `.env.example`); the only place that knows every package."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import django_stubs_ext
from django.core.exceptions import ImproperlyConfigured

from backoffice.shared.environment import environment

from .backups import backups_from
from .caches import caches_from, channel_layers_from
from .databases import databases_from
from .e_receipt import e_receipt_from
from .keys import sealing_keys, signing_keys
from .later import load_later
from .logs import logging
from .mail import mail_server_from
from .queue import queue
from .refunds import refund_limits
from .rest import rest_framework, simple_jwt, spectacular
from .roles import ACCOUNTANTS, MANAGERS
from .site import SITE_APPS
from .storages import storages_from
from .unfold import UNFOLD as UNFOLD
from .watching import watching_from

# Before any app is looked at.
load_later()
# ModelForm[Course], Field[…]: generic for the type checker, plain at run time until this.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parents[2]
env = environment(BASE_DIR)

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("DJANGO_SECRET_KEY", default="")
if not SECRET_KEY or (not DEBUG and len(SECRET_KEY) < 50):
    raise ImproperlyConfigured(
        "DJANGO_SECRET_KEY is empty or, with DEBUG=0, shorter than 50 characters. Put a random one into the "
        'environment or into .env, e.g. from: python3 -c "import secrets; print(secrets.token_urlsafe(50))"'
    )
ALLOWED_HOSTS: list[str] = env.list(
    "DJANGO_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEBUG else []
)
if not DEBUG and not ALLOWED_HOSTS:
    raise ImproperlyConfigured("DJANGO_ALLOWED_HOSTS is empty: name the host names the centre is reached by.")
if "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("DJANGO_ALLOWED_HOSTS=* would switch off the origin check of sockets: name the hosts.")
CSRF_TRUSTED_ORIGINS: list[str] = env.list("DJANGO_CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    # Unfold's apps come before the admin whose templates they replace.
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.import_export",
    "backoffice.shared",
    "backoffice.users",
    "backoffice.courses",
    "backoffice.enrollments",
    "backoffice.payments",
    "backoffice.attendance",
    "api",
    "cms",
    "reports",
    "workers",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    *SITE_APPS,
    "axes",
    "channels",
    "django_q",
    "import_export",
    "phonenumber_field",
    "rest_framework",
    "djoser",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    # Last, so that its post_migrate finds every permission made.
    "backoffice.config",
]

MIDDLEWARE = [
    # First: whatever the others answer has an id and a line in the log.
    "backoffice.config.request_log.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "backoffice.config.csp.ContentSecurityPolicy",
    # Before whatever asks for a host name, a session or the database.
    "backoffice.config.probes.Probes",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    # Arabic whatever the browser asks for; the switch in the page and the API's Accept-Language may say otherwise.
    "backoffice.config.language.LanguageMiddleware",
    "backoffice.config.middleware.AuditSourceMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "backoffice.users.sign_ins.SignedIn",
    "django.contrib.messages.middleware.MessageMiddleware",
    "backoffice.config.second_factor.SecondFactorFirst",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "backoffice.config.middleware.StaffSignInLimit",
    # Last: axes sees the sign-in that the others let through.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "backoffice.config.urls"
ASGI_APPLICATION = "backoffice.config.asgi.application"
WSGI_APPLICATION = "backoffice.config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.i18n",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

DATABASES, DATABASE_ROUTERS, REPLICA_MAX_LAG = databases_from(env, BASE_DIR)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL", default="")
CACHES = caches_from(REDIS_URL)
CHANNEL_LAYERS = channel_layers_from(REDIS_URL)

Q_CLUSTER = queue()

# --- who signs in ---------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "users.CustomUser"
AUTHENTICATION_BACKENDS = ["backoffice.users.backends.NumberLock", "backoffice.users.backends.PhoneBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# With this on, these groups and superusers reach no page of the staff without a code of their telephone.
REQUIRE_2FA = env.bool("REQUIRE_2FA", default=False)
SECOND_FACTOR_GROUPS = (MANAGERS, ACCOUNTANTS)
# What the database keeps unreadable: numbers of documents.
SEALING_KEYS = sealing_keys(env, SECRET_KEY)
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_USERNAME_CALLABLE = "backoffice.users.backends.number_tried"
AXES_RESET_ON_SUCCESS = True
# A quarter of an hour is a quarter of an hour, however often somebody tries in between.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_CALLABLE = "backoffice.users.backends.locked_out"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# W006 wants the address in the lock too; ours locks the number, and addresses are throttled: behind one address sit
# many families.
# W019 wants no frames at all: the site's editors look at their drafts in one, of our own house.
SILENCED_SYSTEM_CHECKS = ["axes.W006", "security.W019"]

# How many proxies in front may be believed about a visitor's address.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

# --- words and times ------------------------------------------------------------------------------------------
LANGUAGE_CODE = "ar"
LANGUAGES = [("ar", "العربية"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["backoffice.config.formats"]
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "Africa/Cairo"
PHONENUMBER_DEFAULT_REGION = "EG"
PHONENUMBER_DEFAULT_FORMAT = "E164"
PHONENUMBER_DB_FORMAT = "E164"

# --- attendance -----------------------------------------------------------------------------------------------
# Who is present has a rating: what nobody chose, for "all present" and for whom a reader saw. The instructor may give
# another.
ATTENDANCE_DEFAULT_RATING = env("ATTENDANCE_DEFAULT_RATING", cast=Decimal, default=Decimal(10))
if not Decimal(1) <= ATTENDANCE_DEFAULT_RATING <= Decimal(10):
    raise ImproperlyConfigured("ATTENDANCE_DEFAULT_RATING is from 1 to 10.")

# --- money ----------------------------------------------------------------------------------------------------
REFUND_NEEDS_MANAGER_ABOVE, REFUND_PASSWORD_LIMIT = refund_limits(env)
# Who sells, as Egypt's tax authority has it registered; stands in each receipt's e-receipt.
E_RECEIPT = e_receipt_from(env)

# --- files ----------------------------------------------------------------------------------------------------
VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var")))
BACKUPS = backups_from(env, VAR_DIR)
STATIC_URL = "/static/"
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(BASE_DIR / ".staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "backoffice" / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = storages_from(env, VAR_DIR, debug=DEBUG)
# Where the proxy in front finds the private files by itself (nginx: an `internal` location with an alias).
FILES_ACCEL_PREFIX = env("FILES_ACCEL_PREFIX", default="")
WHITENOISE_USE_FINDERS = DEBUG
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
IMPORT_MAX_BYTES = env.int("IMPORT_MAX_BYTES", default=30 * 2**20)
# Larger sheets are read by the worker; smaller ones while the person waits.
IMPORT_INLINE_LINES = env.int("IMPORT_INLINE_LINES", default=3000)

# --- waiting list -----------------------------------------------------------------------------------------------
# How long a freed seat is kept for the first who waits, before it goes to the next.
WAITING_LIST_OFFER_HOURS = env.int("WAITING_LIST_OFFER_HOURS", default=24)

# --- staff admin ----------------------------------------------------------------------------------------------
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "add"
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "view"
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
IMPORT_EXPORT_USE_TRANSACTIONS = True

# --- public site ----------------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "واحة الرضوان"
WAGTAILADMIN_BASE_URL = env("SITE_URL", default="http://localhost:8000")
WAGTAIL_I18N_ENABLED = True
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
# One sign-in for both admins, one place for a password, a name and a number: the back office's.
WAGTAILADMIN_LOGIN_URL = "admin:login"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAILIMAGES_IMAGE_MODEL = "cms.SitePicture"
# PostgreSQL's full text or SQLite's FTS5, over folded Arabic.
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "cms.finding.backend"}}
# No SVG, which may carry a script, and no GIF: pictures stand still. What is handed in is drawn anew.
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_IMAGE_FORM_BASE = "cms.uploads.PictureForm"
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 8 * 2**20
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 25_000_000
WAGTAILDOCS_DOCUMENT_MODEL = "cms.SiteDocument"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "cms.uploads.DocumentForm"
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "xlsx", "pptx"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 20 * 2**20
# Taken home, never opened inside the site.
WAGTAILDOCS_INLINE_CONTENT_TYPES: list[str] = []

# --- apps' REST layer -----------------------------------------------------------------------------------------
REST_FRAMEWORK = rest_framework(TRUSTED_PROXIES)
SPECTACULAR_SETTINGS = spectacular()
JWT_KEYS = signing_keys(env, SECRET_KEY)
SIMPLE_JWT = simple_jwt(JWT_KEYS[0])
DJOSER = {"LOGIN_FIELD": "phone_number1", "USER_CREATE_PASSWORD_RETYPE": True, "SET_PASSWORD_RETYPE": True}

# People here have telephones: what waits for whom stands on the admins' first pages, and no letter is tried. Scheduled
# reports alone go by mail, through a connection of their own: a server that is named for them makes Django, Wagtail
# and djoser write nothing.
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
MAIL_SERVER = mail_server_from(env)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="reports@localhost")

# --- safety ---------------------------------------------------------------------------------------------------
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
if not DEBUG:
    # HTTPS_ONLY=0 is for a proxy-less trial on a local network; secure is what holds when nothing is said.
    https_only = env.bool("HTTPS_ONLY", default=True)
    SECURE_SSL_REDIRECT = https_only
    # Whoever watches the server asks it from within, by http.
    SECURE_REDIRECT_EXEMPT = [r"^health/(live|ready)$"]
    SESSION_COOKIE_SECURE = https_only
    CSRF_COOKIE_SECURE = https_only
    SECURE_HSTS_SECONDS = 31_536_000 if https_only else 0
    SECURE_HSTS_INCLUDE_SUBDOMAINS = https_only
    SECURE_HSTS_PRELOAD = https_only
    if env.bool("BEHIND_PROXY", default=False):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = logging(env("LOG_FORMAT", default="lines" if DEBUG else "json"))
WATCHING = watching_from(env)
