"""Wiring only: settings, URLs, the Celery application and the entry points of the web server."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
