"""Every URL of the project."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from accounts.views import set_language
from offers.api.views import UnknownRoute

urlpatterns = [
    # First, because they are asked most.
    path("", include("offers.api.urls")),
    path("", include("analytics.api.urls")),
    re_path("^api(?:/|$)", UnknownRoute.as_view()),
    path("admin", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/language/", set_language, name="set_language"),
    path("admin/", admin.site.urls),
    *([path("demo/", include("demo.urls"))] if settings.AWASE_DEMO else []),
]
