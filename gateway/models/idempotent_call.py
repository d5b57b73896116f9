"""Answers kept so that a repeated call is answered once."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from gateway.models.api_key import ApiKey


class IdempotentCall(models.Model):
    """A call that a key made under an `Idempotency-Key`, and its answer once there is one.

    While `status` is empty somebody is at work on it, until `claimed_until` at the latest.
    """

    key = models.ForeignKey(ApiKey, verbose_name=_("API key"), on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("Idempotency-Key"), max_length=255)
    fingerprint = models.CharField(_("SHA-256 of the request"), max_length=64)
    claimed_until = models.DateTimeField(_("claimed until"))
    status = models.PositiveIntegerField(_("status"), null=True)
    body = models.BinaryField(_("answer"), default=b"")
    created_at = models.DateTimeField(_("first called"), db_index=True)

    class Meta:
        verbose_name = _("idempotent call")
        verbose_name_plural = _("idempotent calls")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["key", "name"], name="gateway_idempotentcall_once"),
        ]

    def __str__(self) -> str:
        return self.name
