"""API keys are created in the admin, shown once, and revoked after confirmation."""

from django.urls import reverse

from gateway.models import ApiKey
from gateway.services.key_ring import digest_of
from tests.support.admin_cast import Cast

FIELDS = {
    "name": "Storefront",
    "kind": "publishable",
    "origins": "https://shop.example/",
    "rate_per_minute": 60,
}


def test_key__created__is_shown_once(cast: Cast) -> None:
    answer = cast.superuser.post(reverse("admin:gateway_apikey_add"), FIELDS)

    key, secret = ApiKey.objects.get(), answer.context["secret"]
    assert secret in answer.text
    assert key.digest == digest_of(secret)
    assert "no-store" in answer["Cache-Control"]
    assert secret not in cast.superuser.get(reverse("admin:gateway_apikey_change", args=[key.pk])).text


def test_key__created__has_clean_origins(cast: Cast) -> None:
    cast.superuser.post(
        reverse("admin:gateway_apikey_add"), FIELDS | {"origins": "https://A.example/\nhttps://b.example"}
    )

    assert ApiKey.objects.get().origins == ["https://a.example", "https://b.example"]


def test_key__with_an_invalid_origin__is_refused_at_the_field(cast: Cast) -> None:
    answer = cast.superuser.post(reverse("admin:gateway_apikey_add"), FIELDS | {"origins": "shop.example"})

    assert list(answer.context["adminform"].form.errors) == ["origins"]
    assert not ApiKey.objects.exists()


def test_key__renamed__stays_the_same_key(cast: Cast) -> None:
    cast.superuser.post(reverse("admin:gateway_apikey_add"), FIELDS)
    key = ApiKey.objects.get()

    cast.superuser.post(reverse("admin:gateway_apikey_change", args=[key.pk]), FIELDS | {"name": "Web"})

    assert ApiKey.objects.values_list("name", "digest", "kind").get() == ("Web", key.digest, "publishable")


def test_key__revoked__only_after_confirmation(cast: Cast) -> None:
    cast.superuser.post(reverse("admin:gateway_apikey_add"), FIELDS)
    question = reverse("admin:gateway_apikey_confirm", args=[ApiKey.objects.get().pk])

    asked = cast.superuser.get(question)
    before = ApiKey.objects.get().revoked_at
    cast.superuser.post(question)

    assert asked.status_code == 200
    assert before is None
    assert ApiKey.objects.get().revoked_at is not None


def test_key_page__leads_to_the_confirmation(cast: Cast) -> None:
    cast.superuser.post(reverse("admin:gateway_apikey_add"), FIELDS)
    key = ApiKey.objects.get()

    answer = cast.superuser.get(reverse("admin:gateway_apikey_revoke", args=[key.pk]))

    assert answer["Location"] == reverse("admin:gateway_apikey_confirm", args=[key.pk])


def test_key__without_permission__cannot_be_revoked(cast: Cast) -> None:
    cast.superuser.post(reverse("admin:gateway_apikey_add"), FIELDS)
    question = reverse("admin:gateway_apikey_confirm", args=[ApiKey.objects.get().pk])

    statuses = [who.post(question).status_code for who in (cast.merchandiser, cast.outsider, cast.stranger)]

    assert statuses == [403, 403, 302]
    assert ApiKey.objects.get().revoked_at is None
