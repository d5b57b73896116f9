"""Every URL of the project."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from accounts.views.language import set_language
from analytics.admin.experiment_page import experiment_view, recount_view
from analytics.admin.patterns_page import patterns_view, request_view
from analytics.admin.refusals_page import refusals_view
from analytics.admin.results.page import (
    audience_results_view,
    offer_results_view,
    placement_results_view,
    results_view,
)
from analytics.admin.search_page import search_view
from analytics.admin.statistics import statistics_view
from checkout.admin.tryout import answer_view, tryout_view
from checkout.urls import urlpatterns as checkout_api
from gateway.admin.sign_in import sign_in
from gateway.api.views import UnknownRoute
from gateway.urls import urlpatterns as gateway_api
from offers.admin.conditions.views import count_view, sentence_view, suggestions_view
from offers.admin.setup import setup_view
from offers.urls import urlpatterns as offers_api

# Before anything resolves the admin's URLs.
admin.autodiscover()

handler500 = "config.errors.server_error"

_home = "demo:storefront" if settings.AWASE_DEMO else "admin:index"
_demo = [
    path("demo", RedirectView.as_view(pattern_name="demo:storefront")),
    path("demo/", include("demo.urls")),
]
urlpatterns = [
    # First, because they are requested most; not nested, because each include costs a call.
    *offers_api,
    *checkout_api,
    *gateway_api,
    re_path("^api(?:/|$)", UnknownRoute.as_view()),
    path("admin", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/login/", sign_in),
    path("admin/language/", set_language, name="set_language"),
    path("admin/results/", admin.site.admin_view(results_view), name="results"),
    path(
        "admin/results/offer/<str:code>/",
        admin.site.admin_view(offer_results_view),
        name="results_offer",
    ),
    path(
        "admin/results/placement/<str:code>/",
        admin.site.admin_view(placement_results_view),
        name="results_placement",
    ),
    path(
        "admin/results/audience/<int:audience>/",
        admin.site.admin_view(audience_results_view),
        name="results_audience",
    ),
    path("admin/experiments/<slug:code>/", admin.site.admin_view(experiment_view), name="experiment_result"),
    path(
        "admin/experiments/<slug:code>/recount/",
        admin.site.admin_view(recount_view),
        name="experiment_recount",
    ),
    path("admin/refusals/", admin.site.admin_view(refusals_view), name="refusals"),
    path("admin/patterns/", admin.site.admin_view(patterns_view), name="patterns"),
    path("admin/patterns/request/", admin.site.admin_view(request_view), name="patterns_request"),
    path("admin/tryout/", admin.site.admin_view(tryout_view), name="tryout"),
    path("admin/tryout/answer/", admin.site.admin_view(answer_view), name="tryout_answer"),
    # In place of Unfold's, which finds tables and keeps what it found for minutes.
    path("admin/search/", admin.site.admin_view(search_view)),
    path("admin/conditions/sentence/", admin.site.admin_view(sentence_view), name="condition_sentence"),
    path("admin/conditions/count/", admin.site.admin_view(count_view), name="condition_count"),
    path(
        "admin/conditions/suggestions/<slug:source>/",
        admin.site.admin_view(suggestions_view),
        name="condition_suggestions",
    ),
    path("admin/setup/", admin.site.admin_view(setup_view), name="setup"),
    path("admin/statistics/", admin.site.admin_view(statistics_view), name="statistics"),
    path("admin/", admin.site.urls),
    *(_demo if settings.AWASE_DEMO else []),
    path("", RedirectView.as_view(pattern_name=_home)),
]
