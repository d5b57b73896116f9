"""API keys are created in the admin, shown once, and revoked after confirmation."""

from typing import Any

from django.urls import reverse

from gateway.models import ApiKey
from gateway.services.key import publish_key_ring, secret_of
from gateway.services.key_ring import digest_of
from tests.support.admin_cast import Cast, sign_in

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


def test_key__renamed__stays_the_same_key_and_is_published_after_the_commit(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    cast.superuser.post(reverse("admin:gateway_apikey_add"), FIELDS)
    key = ApiKey.objects.get()

    with django_capture_on_commit_callbacks() as callbacks:
        cast.superuser.post(reverse("admin:gateway_apikey_change", args=[key.pk]), FIELDS | {"name": "Web"})

    assert publish_key_ring in callbacks
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


def test_publishable_key__created__names_customers_by_token_and_shows_its_signing_secret_once(
    cast: Cast,
) -> None:
    answer = cast.superuser.post(
        reverse("admin:gateway_apikey_add"), FIELDS | {"customers_by_token": "on"}, follow=True
    )

    key, secret = ApiKey.objects.get(), answer.context["signing_secret"]
    page = cast.superuser.get(reverse("admin:gateway_apikey_change", args=[key.pk])).text
    assert key.customers_by_token
    assert secret == secret_of(key)
    assert secret in answer.text
    assert secret not in page
    assert key.signing_name in page
    assert "can name any customer" not in answer.text
    form = cast.superuser.get(reverse("admin:gateway_apikey_add")).context["adminform"].form
    assert form.get_initial_for_field(form.fields["customers_by_token"], "customers_by_token") is True


def test_publishable_key__customers_by_id__is_allowed_with_a_warning(cast: Cast) -> None:
    answer = cast.superuser.post(reverse("admin:gateway_apikey_add"), FIELDS)
    listed = cast.superuser.get(reverse("admin:gateway_apikey_changelist")).text

    assert not ApiKey.objects.get().customers_by_token
    assert "can name any customer without proof" in answer.text + listed
    assert "by ID, without proof" in listed


def test_key__rate_of_a_visitor_above_that_of_the_key__is_refused(cast: Cast) -> None:
    answer = cast.superuser.post(
        reverse("admin:gateway_apikey_add"), FIELDS | {"visitor_rate_per_minute": 61}
    )

    assert "The rate of a visitor must be 1 to the rate of the key." in answer.text
    assert not ApiKey.objects.exists()


def test_signing_secret__replaced__is_shown_once_and_the_old_one_ends(cast: Cast) -> None:
    cast.superuser.post(reverse("admin:gateway_apikey_add"), FIELDS)
    first = ApiKey.objects.get()
    page = reverse("admin:gateway_apikey_confirm_secret", args=[first.pk])

    asked, refused = cast.superuser.get(page), cast.merchandiser.post(page)
    unchanged = ApiKey.objects.get()
    answer = cast.superuser.post(page)
    second = ApiKey.objects.get()
    again = cast.superuser.post(page)
    unchanged_again = ApiKey.objects.get()
    cast.superuser.post(page, {"has_leaked": "on"})
    third = ApiKey.objects.get()

    assert (asked.status_code, refused.status_code, unchanged.signing_name) == (200, 403, first.signing_name)
    assert answer.context["signing_secret"] == secret_of(second)
    assert second.old_signing_name == first.signing_name != second.signing_name
    assert "The secret was replaced less than 7 days ago" in again.text
    assert unchanged_again.signing_name == second.signing_name
    assert unchanged_again.old_signing_name == first.signing_name
    assert (third.old_signing_name, third.old_signing_until) == ("", None)
    assert (
        page
        in cast.superuser.get(reverse("admin:gateway_apikey_replace_secret", args=[first.pk]))["Location"]
    )


def test_signing_secret__replaced_in_japanese__is_history_in_any_language(cast: Cast) -> None:
    cast.superuser.post(reverse("admin:gateway_apikey_add"), FIELDS)
    key = ApiKey.objects.get()

    sign_in("owner", "ja").post(reverse("admin:gateway_apikey_confirm_secret", args=[key.pk]))

    history = sign_in("owner").get(reverse("admin:gateway_apikey_history", args=[key.pk])).text
    assert "Signing secret replaced." in history


def test_signing_secret__of_a_secret_key__does_not_exist(cast: Cast) -> None:
    answer = cast.superuser.post(reverse("admin:gateway_apikey_add"), FIELDS | {"kind": "secret"})
    key = ApiKey.objects.get()

    assert answer.context["signing_secret"] == ""
    page = cast.superuser.get(reverse("admin:gateway_apikey_change", args=[key.pk])).text
    assert "Replace signing secret" not in page
    question = reverse("admin:gateway_apikey_confirm_secret", args=[key.pk])
    assert cast.superuser.post(question).status_code == 404
