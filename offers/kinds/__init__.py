"""The kinds of offer, one Django app each.

To add a kind, write an app like those here and list it in INSTALLED_APPS:

- `apps`: its code and its name.
- `models`: its columns.
- `source`: how the columns are read, and what they mean to pricing (its terms).
- `kind`: registers what the rest of the product needs from it.
- `admin`: its page and form.
- `example`: the carts of the worked example under the form.
- `words`: its summary in a merchandiser's words; only if it is more than a line.
- `faults`: faults of its price that prevent saving; only if it has faults of its own.
- `answer`: the fields that it adds to an offer in the API; only if it has some.

Its arithmetic and its proposals are registered with `engine.pricing.kinds` and `engine.decision.kinds`.
"""
