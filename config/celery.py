"""The Celery application. Beat triggers the tasks; the database determines what there is to do."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Django's checks would import every URL, which a worker never serves; `manage.py check` runs them.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

app = Celery("awase")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
