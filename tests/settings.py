"""Settings of the test suite: the real ones, with a data folder of their own."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("AWASE_DATA", tempfile.mkdtemp(prefix="awase-tests-"))
os.environ.setdefault("SECRET_KEY", "tests-only-0123456789-0123456789-0123456789-0123456789")
os.environ.setdefault("AWASE_DEMO", "1")
# Compiled once, not by each process of the suite.
os.environ.setdefault("NUMBA_CACHE_DIR", str(Path(tempfile.gettempdir()) / "awase-tests-numba"))

from config.settings import *  # noqa: F403 (the environment comes first)
from config.settings import AWASE_DATA, DATABASES, INSTALLED_APPS, STATIC_ROOT

# A kind of offer that no file of the product names.
INSTALLED_APPS += ["tests.invented"]

# A migrated database to start with a copy of: migrating an empty one takes each process six seconds.
TEST_TEMPLATE = os.environ.get("AWASE_TEST_TEMPLATE", "")
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # In a file, where the workers of a test find it too.
    DATABASES["default"]["TEST"] = {"NAME": str(AWASE_DATA / "test.sqlite3")}
elif TEST_TEMPLATE:
    DATABASES["default"]["TEST"] = {"TEMPLATE": TEST_TEMPLATE}
# What a test writes need not survive a power cut, and waiting for the disk takes longer than most tests.
os.fsync = lambda fd: None  # noqa: ARG005 (the name that it has in os)
# Look for a static file when it is requested, not for all of them whenever a test creates a client.
WHITENOISE_AUTOREFRESH = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# WhiteNoise warns where there is no such folder.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
