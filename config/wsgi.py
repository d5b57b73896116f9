"""WSGI entry point, served by granian."""

import os

import django
from django.urls import resolve

from config.collector import let_collector_rest
from gateway.api.handler import CallHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)

application = CallHandler()

# Finds every page: else the first request of each worker would wait for a second while they are loaded.
resolve("/livez")
let_collector_rest()
