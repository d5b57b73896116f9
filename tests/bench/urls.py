"""The shop's own addresses, and the plain view that decisions are measured against.

It stands there twice: as any view of a Django project, behind all the middleware of the settings, and
among the API's calls, which leave the pages' middleware out.
"""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from config.urls import urlpatterns as shop

ANSWER = b"x" * 65_536


@csrf_exempt
def plain(_request: HttpRequest, size: int) -> HttpResponse:
    """Answer `size` bytes, made beforehand."""
    return HttpResponse(ANSWER[:size], content_type="application/json")


# Behind the first of the shop's addresses, that of the offers, which therefore pays nothing for them.
urlpatterns = [
    *shop[:1],
    path("bench/plain/<int:size>", plain),
    path("api/v1/bench/plain/<int:size>", plain),
    *shop[1:],
]
