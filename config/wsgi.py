"""WSGI entry point, served by granian."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

# What is loaded now stays: the collector need not walk it again. And it looks after thousands of new objects,
# not after 700, which is less than a request makes; nearly all of them are gone by themselves by then.
gc.freeze()
gc.set_threshold(20_000, 20, 50)
