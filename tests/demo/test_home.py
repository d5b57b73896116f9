"""Where `/` leads: to the storefront of the demo, else to the admin."""

import runpy

import pytest
from django.conf import settings as project
from django.test import Client
from pytest_django import Settings


@pytest.mark.parametrize("path", ["/", "/demo"])
def test_home__in_demo_mode__is_the_storefront(path: str) -> None:
    answer = Client().get(path)

    assert (answer.status_code, answer["Location"]) == (302, "/demo/")


def test_home__without_demo_mode__is_the_admin(settings: Settings) -> None:
    settings.AWASE_DEMO = False
    urls = runpy.run_path(str(project.BASE_DIR / "config" / "urls.py"))
    settings.ROOT_URLCONF = tuple(urls["urlpatterns"])

    home, demo = Client().get("/"), Client().get("/demo")

    assert (home.status_code, home["Location"]) == (302, "/admin/")
    assert demo.status_code == 404
