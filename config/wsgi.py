"""WSGI entry point, served by granian."""

import os

import django
from django.urls import resolve

from config.collector import let_collector_rest
from config.role import Role, play
from gateway.api.handler import CallHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
play(Role.WEB)
django.setup(set_prefix=False)

application = CallHandler()

# Load every view now: otherwise the first request of each worker would wait a second for it.
resolve("/livez")
let_collector_rest()
