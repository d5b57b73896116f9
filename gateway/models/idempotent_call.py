"""Stored responses, so that a repeated request is processed once."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from gateway.models.api_key import ApiKey


class IdempotentCall(models.Model):
    """A request that was sent with an `Idempotency-Key`, and its response once there is one.

    While `status` is empty the request is in progress, until `claimed_until` at the latest.
    """

    key = models.ForeignKey(ApiKey, verbose_name=_("API key"), on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("Idempotency-Key"), max_length=255)
    fingerprint = models.CharField(_("SHA-256 of the request"), max_length=64)
    claimed_until = models.DateTimeField(_("in progress until"))
    status = models.PositiveIntegerField(_("status"), null=True)
    body = models.BinaryField(_("response"), default=b"")
    created_at = models.DateTimeField(_("first called at"), db_index=True)

    class Meta:
        verbose_name = _("idempotent request")
        verbose_name_plural = _("idempotent requests")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["key", "name"], name="gateway_idempotentcall_once"),
        ]

    def __str__(self) -> str:
        return self.name
