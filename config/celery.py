"""The Celery application. Beat wakes the tasks; the database says what there is to do."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Django's checks import every URL, for pages that a worker never shows; `manage.py check` looks at them.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

app = Celery("awase")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
