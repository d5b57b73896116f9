"""WSGI entry point, served by granian."""

import os

import django

from config.collector import let_collector_rest
from offers.api.handler import CallHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)

application = CallHandler()

let_collector_rest()
