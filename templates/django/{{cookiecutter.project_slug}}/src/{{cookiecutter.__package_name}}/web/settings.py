"""Django's settings; what differs from place to place comes from the environment, see README.md."""

from pathlib import Path

from django.conf import global_settings
from django.utils.translation import gettext_lazy as _

from ..config import Settings
from ..features import FEATURES
from ..infrastructure import cache, mail
from ..infrastructure.database.urls import backend
from ..infrastructure.observability import logs

PACKAGE = __name__.rsplit(".", 2)[0]
BASE_DIR = Path(__file__).resolve().parents[1]

# The environment, read once.
SERVICE = Settings.load()
IN_PRODUCTION = SERVICE.app_env == "production"

DEBUG = SERVICE.app_env == "development"
SECRET_KEY = SERVICE.secret_key.get_secret_value()
ALLOWED_HOSTS = SERVICE.allowed_hosts or ("*",)

INSTALLED_APPS = [
    *(f"{PACKAGE}.{feature}" for feature in FEATURES),
    # For its command `migrate`.
    f"{PACKAGE}.infrastructure.database",
    f"{PACKAGE}.infrastructure.jobs",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    f"{PACKAGE}.web.middleware.edge",
    f"{PACKAGE}.web.middleware.ServiceMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = f"{PACKAGE}.web.urls"
WSGI_APPLICATION = f"{PACKAGE}.web.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# In small letters, so that Django's page on errors does not show it.
database_url = SERVICE.database_url.get_secret_value()
DATABASES = {"default": backend(database_url).configuration(database_url)}

CACHES = {"default": cache.configuration(SERVICE)}

# What tables without a key of their own get, such as those between users and groups.
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Accounts
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [f"{PACKAGE}.accounts.backends.ThrottledBackend"]
PASSWORD_HASHERS = [
    f"{PACKAGE}.infrastructure.security.passwords.Argon2idPasswordHasher",
    # Of users who come from elsewhere; they are hashed anew when they sign in.
    *(each for each in global_settings.PASSWORD_HASHERS if "Argon2" not in each),
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    # It looks for the address, too: Django's comparison with it takes chance for likeness.
    {"NAME": f"{PACKAGE}.accounts.validators.CommonPasswordValidator"},
]

# Mails: MAILERS, or before Django 6.1 EMAIL_BACKEND, EMAIL_HOST and others.
DEFAULT_FROM_EMAIL = SERVER_EMAIL = SERVICE.mail_from
globals().update(mail.configuration(SERVICE))

# Languages and times
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German"))]
LOCALE_PATHS = [BASE_DIR / "web" / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

# Static files: the image has them collected, compressed, and named by their content. Elsewhere they
# are served from where they are installed. They are collected beside the package: what changes in
# it starts the service of development anew.
STATIC_URL = "/static/"
COLLECTED = BASE_DIR.parent / "staticfiles"
# Where there is none, WhiteNoise would warn at each start.
STATIC_ROOT = COLLECTED if COLLECTED.is_dir() else None
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": f"{PACKAGE}.infrastructure.edge.static.StaticFilesStorage",
        "OPTIONS": {"location": COLLECTED},
    },
}
WHITENOISE_USE_FINDERS = True
# To other sites they are nothing.
WHITENOISE_ALLOW_ALL_ORIGINS = False

# Security
SESSION_ENGINE = f"{PACKAGE}.infrastructure.security.sessions"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IN_PRODUCTION
LANGUAGE_COOKIE_SAMESITE = "Lax"
if IN_PRODUCTION:
    # No other host of the domain can set a cookie with this prefix.
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    LANGUAGE_COOKIE_NAME = "__Host-language"
# The edge lets it through from FORWARDED_ALLOW_IPS only.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# The edge sends it, for pages another one than for the API.
SECURE_REFERRER_POLICY = None
CSRF_FAILURE_VIEW = f"{PACKAGE}.web.errors.csrf_failure"
SILENCED_SYSTEM_CHECKS = [
    # The edge sends Strict-Transport-Security, with the answers of the API as well, and
    # Referrer-Policy.
    "security.W004",
    "security.W022",
    # The proxy that speaks https redirects to it; behind it, health is asked for over http.
    "security.W008",
]
# The edge bounds all bodies, those without a declared length as well.
DATA_UPLOAD_MAX_MEMORY_SIZE = None

# Lines on standard output, of the service and of all else, whatever serves it.
LOGGING = logs.standard_library(SERVICE)
LOGGING["filters"] = {"require_debug_false": {"()": "django.utils.log.RequireDebugFalse"}}
LOGGING["handlers"]["mail_admins"] = {
    "class": "django.utils.log.AdminEmailHandler",
    "level": "ERROR",
    "filters": ["require_debug_false"],
}
LOGGING["loggers"] |= {
    # Without what by itself writes all of it to the terminal, too.
    "django": {"level": "NOTSET", "handlers": ["mail_admins"]},
    # What clients do wrong is in the access log, and so is what runserver would say of requests.
    "django.request": {"level": "ERROR"},
    "django.security": {"level": "CRITICAL"},
    "django.server": {"level": "ERROR", "handlers": [], "propagate": True},
    # Its DEBUG tells the parameters of each statement, hashes of passwords among them.
    "django.db.backends": {"level": "INFO"},
}
