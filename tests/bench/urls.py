"""The shop's URLs, and the plain view that decisions are compared with.

The plain view is there twice: behind all middleware, like any Django view, and among the API's URLs, which
skip the middleware of pages.
"""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from config.urls import urlpatterns as shop

ANSWER = b"x" * 65_536


@csrf_exempt
def plain(_request: HttpRequest, size: int) -> HttpResponse:
    """Return `size` prebuilt bytes."""
    return HttpResponse(ANSWER[:size], content_type="application/json")


# After the first URL of the shop, that of the offers, which is therefore not slowed down.
urlpatterns = [
    *shop[:1],
    path("bench/plain/<int:size>", plain),
    path("api/v1/bench/plain/<int:size>", plain),
    *shop[1:],
]
