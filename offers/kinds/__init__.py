"""The kinds of offer, one Django app each.

To add a kind, write an app like those here and list it in INSTALLED_APPS: `apps` says what it is called,
`models` holds its columns, `kind` registers what the rest of the product asks of it, `admin` is its page and
form. Its arithmetic and its proposals are registered with `engine.pricing.kinds` and `engine.decision.kinds`.
"""
