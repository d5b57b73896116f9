"""Who may call, and the calls that are answered once."""

from gateway.models.api_key import ApiKey, ApiKeyKind
from gateway.models.idempotent_call import IdempotentCall

__all__ = ["ApiKey", "ApiKeyKind", "IdempotentCall"]
