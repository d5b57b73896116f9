"""WSGI entry point, served by granian."""

import gc
import os

import django

from offers.api.handler import CallHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)

application = CallHandler()

# What is loaded now stays: the collector need not walk it again. And it looks after thousands of new objects,
# not after 700, which is less than a request makes; nearly all of them are gone by themselves by then.
gc.freeze()
gc.set_threshold(20_000, 20, 50)
