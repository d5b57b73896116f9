"""How calls come in: keys, throttling, strict JSON, problems, idempotency, the API's description."""
