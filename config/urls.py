"""Every URL of the project."""

from django.contrib import admin
from django.urls import path

from accounts.views import set_language

urlpatterns = [
    path("admin/language/", set_language, name="set_language"),
    path("admin/", admin.site.urls),
]
