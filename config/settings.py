"""Every setting, read from the environment; the defaults run an embedded installation on one machine.

`docs/operations.md` explains each variable. A setting that starts with AWASE_ is Awase's own.
"""

import os
from datetime import timedelta
from pathlib import Path

import dj_database_url
from django.urls import reverse_lazy
from environs import Env, validate

from config.deadlines import postgresql_options
from config.logs import CallFilter, FaultFilter
from config.private import keep_private
from config.role import Role, current_role
from config.secret import load_or_create_secret
from config.unfold import UNFOLD_SETTINGS

env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent

# --- Data ---------------------------------------------------------------------------------------
AWASE_DATA = Path(env.str("AWASE_DATA", str(BASE_DIR / "var"))).resolve()
keep_private(AWASE_DATA)
AWASE_SNAPSHOT_DIR = Path(env.str("AWASE_SNAPSHOT_DIR", str(AWASE_DATA / "snapshot")))
# What `manage.py setup_shop` wrote; the environment goes before it.
AWASE_SETTINGS_FILE = AWASE_DATA / "settings.env"
env.read_env(str(AWASE_SETTINGS_FILE), recurse=False)
# The used rate limit of each key; local to the host, shared by its web workers.
AWASE_THROTTLE_FILE = Path(env.str("AWASE_THROTTLE_FILE", str(AWASE_DATA / "throttle.cells")))
AWASE_DEMO = env.bool("AWASE_DEMO", False)

# --- Security -----------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", "") or load_or_create_secret(AWASE_DATA / "secret.key")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
HTTPS = env.bool("HTTPS", False)
# How many proxies in front append to X-Forwarded-For: 0 trusts no such header.
AWASE_TRUSTED_PROXIES = env.int("AWASE_TRUSTED_PROXIES", 0, validate=validate.Range(min=0, max=10))
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
# A redirected probe would look healthy.
SECURE_REDIRECT_EXEMPT = ["^livez$", "^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"
# An offer with a thousand hand-picked products sends four fields for each.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# --- Applications -------------------------------------------------------------------------------
INSTALLED_APPS = [
    # Without Unfold's own site.
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "config.admin_site.AwaseAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "accounts",
    "catalog",
    "gateway",
    "offers",
    # The kinds of offer, in the order in which lists name them.
    "offers.kinds.upgrade",
    "offers.kinds.cross_sell",
    "offers.kinds.bundle",
    "offers.kinds.quantity",
    "offers.kinds.subscription",
    "offers.kinds.add_on",
    "offers.kinds.threshold",
    "offers.kinds.buy_get",
    "checkout",
    "analytics",
    "launch",
    *(["demo"] if AWASE_DEMO else []),
]
MIDDLEWARE = [
    "gateway.api.middleware.ApiMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.language.UserLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
APPEND_SLASH = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
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
PASSWORD_HASHERS = ["accounts.services.hashing.QuietPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# --- Database -----------------------------------------------------------------------------------
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {
    "default": dj_database_url.parse(
        env.str("DATABASE_URL", f"sqlite:///{AWASE_DATA / 'awase.sqlite3'}"),
        conn_health_checks=True,
    ),
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["CONN_MAX_AGE"] = None
    DATABASES["default"]["OPTIONS"] = {
        # A writer takes its lock at the start, so that two writers queue instead of failing.
        "transaction_mode": "IMMEDIATE",
        # How long to wait for another writer; short in the web role, where a waiting thread serves no one.
        "timeout": env.float("AWASE_SQLITE_TIMEOUT_SECONDS", 2 if current_role() is Role.WEB else 30),
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
            "PRAGMA cache_size=-16384"
        ),
    }
else:
    DATABASES["default"]["ENGINE"] = "config.postgresql"
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["OPTIONS"] = postgresql_options(current_role()) | DATABASES["default"].get(
        "OPTIONS", {}
    )

# --- Broker and tasks ---------------------------------------------------------------------------
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", "redis://127.0.0.1:6379/0")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
# Without this, acks_late alone loses the task of a killed pool process.
CELERY_TASK_REJECT_ON_WORKER_LOST = True
# A task that exceeds its limit has five minutes to clean up; it is redelivered only long after that.
CELERY_TASK_SOFT_TIME_LIMIT = env.int("AWASE_TASK_SECONDS", 1500)
CELERY_TASK_TIME_LIMIT = CELERY_TASK_SOFT_TIME_LIMIT + 300
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 2 * CELERY_TASK_TIME_LIMIT}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "UTC"

# How often the statistics are recomputed: the period that a run claims.
AWASE_RECOMPUTE_PERIOD = timedelta(minutes=env.int("AWASE_RECOMPUTE_MINUTES", 60))
# A run without a heartbeat for this long is taken over.
AWASE_RECOMPUTE_SILENCE = timedelta(seconds=env.int("AWASE_RECOMPUTE_SILENCE_SECONDS", 120))
# The engine that counts pairs: numba (compiled loops), scipy (sparse matrices) or a Spark cluster.
AWASE_STATS_ENGINE = env.str(
    "AWASE_STATS_ENGINE", "numba", validate=validate.OneOf(("numba", "scipy", "spark"))
)
AWASE_SPARK_MASTER = env.str("AWASE_SPARK_MASTER", "local[*]")
AWASE_SPARK_OPTIONS: dict[str, str] = env.dict("AWASE_SPARK_OPTIONS", {})
# A file or folder of order lines in the import format; empty: read the database by JDBC.
AWASE_SPARK_PARQUET = env.str("AWASE_SPARK_PARQUET", "")
# How many of the newest order lines this process reads for everything not counted on the cluster.
AWASE_SPARK_LOCAL_LINES = env.int("AWASE_SPARK_LOCAL_LINES", 20_000_000)
# Fit the constants of the scores; otherwise use the defaults.
AWASE_FIT_SCORES = env.bool("AWASE_FIT_SCORES", True)
# After so many days of new orders they are fitted again; 0: at each recompute.
AWASE_FIT_DAYS = env.int("AWASE_FIT_DAYS", 7)
# numba reads its cache folder from the environment.
os.environ.setdefault("NUMBA_CACHE_DIR", str(AWASE_DATA / "numba"))
# For what somebody waits: often, so that it begins within moments.
_woken = {"schedule": timedelta(seconds=env.int("AWASE_WAKE_SECONDS", 5)), "options": {"expires": 30}}
CELERY_BEAT_SCHEDULE = {
    "recompute": {
        "task": "analytics.tasks.recompute",
        "schedule": timedelta(seconds=env.int("AWASE_SCHEDULE_SECONDS", 60)),
        "options": {"expires": 60},
    },
    "count_held_back": {
        "task": "analytics.tasks.count_held_back",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "collect_journal": {
        "task": "analytics.tasks.collect_journal",
        "schedule": timedelta(seconds=env.int("AWASE_JOURNAL_COLLECT_SECONDS", 60)),
        "options": {"expires": 60},
    },
    "count_totals": {
        "task": "analytics.tasks.count_totals",
        "schedule": timedelta(seconds=env.int("AWASE_TOTALS_SECONDS", 60)),
        "options": {"expires": 60},
    },
    "search_patterns": {
        "task": "analytics.tasks.search_patterns",
        "schedule": timedelta(minutes=10),
        "options": {"expires": 300},
    },
    "search_requested_patterns": {"task": "analytics.tasks.search_requested_patterns", **_woken},
    "count_experiments": {"task": "analytics.tasks.count_experiments", **_woken},
    "divide_bandits": {
        "task": "analytics.tasks.divide_bandits",
        "schedule": timedelta(minutes=10),
        "options": {"expires": 300},
    },
    "forget_journal": {
        "task": "analytics.tasks.forget_journal",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "start_requested_runs": {"task": "analytics.tasks.start_requested_runs", **_woken},
    "generate_codes": {"task": "offers.tasks.generate_codes", **_woken},
    "expire_reservations": {"task": "checkout.tasks.expire_reservations", **_woken},
    "publish_counters": {"task": "checkout.tasks.publish_counters", **_woken},
    "move_rows_of_merged_customers": {
        "task": "checkout.tasks.move_rows_of_merged_customers",
        "schedule": timedelta(minutes=10),
        "options": {"expires": 300},
    },
    "count_audiences": {"task": "offers.tasks.count_audiences", **_woken},
    "prune_quotes": {
        "task": "checkout.tasks.prune_quotes",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "forget_entries": {
        "task": "offers.tasks.forget_entries",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "forget_behaviour": {
        "task": "offers.tasks.forget_behaviour",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "refresh_snapshot": {"task": "offers.tasks.refresh_snapshot", **_woken},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(AWASE_DATA / "celerybeat-schedule")

# --- Languages and time -------------------------------------------------------------------------
LANGUAGE_CODE = env.str("LANGUAGE_CODE", "en")
LANGUAGES = [("en", "English"), ("ja", "日本語")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", "UTC")
# The currency of the shop's cart, and of products without a currency of their own.
AWASE_CURRENCY = env.str("AWASE_CURRENCY", "JPY")
# Whether the shop's prices include tax (gross) or not (net); auto: as the product that was added first.
AWASE_TAX_DISPLAY = env.str("AWASE_TAX_DISPLAY", "auto", validate=validate.OneOf(("auto", "gross", "net")))
# Where tax is rounded to a minor unit: on each line, or once per rate on the whole document.
AWASE_TAX_ROUNDING = env.str("AWASE_TAX_ROUNDING", "line", validate=validate.OneOf(("line", "document")))
# How a fraction of a minor unit of tax is rounded.
AWASE_TAX_ROUNDING_MODE = env.str(
    "AWASE_TAX_ROUNDING_MODE", "half_up", validate=validate.OneOf(("half_up", "down", "up"))
)
# How long a quote's prices are valid, its uses stay reserved, and the quote is kept after that.
AWASE_QUOTE_MINUTES = env.int("AWASE_QUOTE_MINUTES", 30)
AWASE_RESERVATION_MINUTES = env.int("AWASE_RESERVATION_MINUTES", 15)
AWASE_QUOTE_DAYS = env.int("AWASE_QUOTE_DAYS", 3)
# How long a shop may ask for a quote to stay reserved, and how long it is then kept for a late payment.
AWASE_MAX_HOLD_MINUTES = env.int("AWASE_MAX_HOLD_MINUTES", 20_160, validate=validate.Range(1, 20_160))
AWASE_LATE_PAYMENT_DAYS = env.int("AWASE_LATE_PAYMENT_DAYS", 30)
# How long a customer is not shown again what they declined.
AWASE_DECLINE_DAYS = env.int("AWASE_DECLINE_DAYS", 90, validate=validate.Range(min=1, max=3650))
# How long it is remembered what shoppers looked at, searched for and put into the cart.
AWASE_BEHAVIOUR_DAYS = env.int("AWASE_BEHAVIOUR_DAYS", 30, validate=validate.Range(min=1, max=365))
# How old a decision may be when its events arrive, and still count.
AWASE_LATE_EVENT_DAYS = env.int("AWASE_LATE_EVENT_DAYS", 7, validate=validate.Range(min=1, max=30))
# For how many days after a click an order is credited to it, where the shop names no decision.
AWASE_ATTRIBUTION_DAYS = env.int("AWASE_ATTRIBUTION_DAYS", 7, validate=validate.Range(min=1, max=30))
# After how many days an answer of shoppers counts half where relevance is learned from them.
AWASE_ANSWER_HALF_LIFE_DAYS = env.int(
    "AWASE_ANSWER_HALF_LIFE_DAYS", 30, validate=validate.Range(min=1, max=3650)
)
# The decision journal: whether decisions are written to it, and to which folder of this host.
AWASE_JOURNAL = env.bool("AWASE_JOURNAL", True)
AWASE_JOURNAL_DIR = Path(env.str("AWASE_JOURNAL_DIR", str(AWASE_DATA / "journal")))
# The share of decisions of which it has the candidates, and the size of the files that wait to be collected.
AWASE_JOURNAL_CANDIDATE_RATE = env.float(
    "AWASE_JOURNAL_CANDIDATE_RATE", 0.01, validate=validate.Range(min=0, max=1)
)
AWASE_JOURNAL_MAX_MB = env.int("AWASE_JOURNAL_MAX_MB", 2048, validate=validate.Range(min=1))
# How long its rows are kept in the database, and its days as Parquet files; 0 writes no Parquet.
AWASE_JOURNAL_DAYS = env.int("AWASE_JOURNAL_DAYS", 90, validate=validate.Range(min=1, max=3650))
AWASE_JOURNAL_PARQUET_DAYS = env.int(
    "AWASE_JOURNAL_PARQUET_DAYS", 400, validate=validate.Range(min=0, max=3650)
)
# How many events of one customer or session, and of one network of browsers, are counted within a minute.
AWASE_EVENTS_PER_VISITOR = env.int("AWASE_EVENTS_PER_VISITOR", 300, validate=validate.Range(min=1))
AWASE_EVENTS_PER_ADDRESS = env.int("AWASE_EVENTS_PER_ADDRESS", 3000, validate=validate.Range(min=1))
# How many unknown promotion codes one network of browsers may try within a minute.
AWASE_UNKNOWN_CODES_PER_MINUTE = env.int(
    "AWASE_UNKNOWN_CODES_PER_MINUTE", 60, validate=validate.Range(min=20)
)
# Whether browsers that are driven by a program count as shoppers, to test a shop. In the demo they do.
AWASE_COUNT_AUTOMATED_BROWSERS = env.bool("AWASE_COUNT_AUTOMATED_BROWSERS", AWASE_DEMO)
# Whether shoppers who are not known may use offers with a limit for each customer, uncounted.
AWASE_GUESTS_USE_CUSTOMER_LIMITS = env.bool("AWASE_GUESTS_USE_CUSTOMER_LIMITS", False)
# Refuse quotes for what cannot be delivered, instead of naming it in notes.
AWASE_REFUSE_UNAVAILABLE = env.bool("AWASE_REFUSE_UNAVAILABLE", False)
# The largest files that are imported or evaluated: columns, rows, text, and text per byte of a packed file.
AWASE_IMPORT_MAX_COLUMNS = env.int("AWASE_IMPORT_MAX_COLUMNS", 1000, validate=validate.Range(min=1))
AWASE_IMPORT_MAX_ROWS = env.int("AWASE_IMPORT_MAX_ROWS", 100_000_000, validate=validate.Range(min=1))
AWASE_IMPORT_MAX_MB = env.int("AWASE_IMPORT_MAX_MB", 10_000, validate=validate.Range(min=1))
AWASE_IMPORT_MAX_RATIO = env.int("AWASE_IMPORT_MAX_RATIO", 200, validate=validate.Range(min=1))

# --- Static files -------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = AWASE_DATA / "static"
WHITENOISE_USE_FINDERS = True

# --- REST ---------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "EXCEPTION_HANDLER": "gateway.api.problems.exception_handler",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Awase",
    "DESCRIPTION": "Upsell and cross-sell offers: what to propose, at which exact price, and why.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "LICENSE": {"name": "BSD-3-Clause", "identifier": "BSD-3-Clause"},
    "SERVERS": [{"url": "/", "description": "The server that this document comes from."}],
    "TAGS": [
        {"name": "Offers", "description": "What to propose to a shopper, and why."},
        {"name": "Events", "description": "What shoppers did with their offers."},
        {"name": "Quotes", "description": "Exact prices: guaranteed, reserved and charged."},
        {"name": "Orders", "description": "Orders and their refunds."},
        {"name": "Customers", "description": "What the shop knows of its customers."},
        {"name": "Products", "description": "The catalogue of the shop."},
        {"name": "Health", "description": "Liveness and readiness of the server."},
    ],
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": ["gateway.api.openapi.finish_document"],
    # The assets of the API documentation are bundled: they work offline.
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# --- Admin --------------------------------------------------------------------------------------
LOGIN_REDIRECT_URL = reverse_lazy("admin:index")
UNFOLD = UNFOLD_SETTINGS | ({"ENVIRONMENT": "demo.views.simulated.environment"} if AWASE_DEMO else {})

# --- Logs ---------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"call": {"()": CallFilter}, "fault": {"()": FaultFilter}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(call)s%(message)s"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "filters": ["fault", "call"], "formatter": "line"}
    },
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", "INFO")},
}
