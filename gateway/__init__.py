"""The entrance of the API: keys, throttling, strict JSON, problems, idempotency, OpenAPI."""
