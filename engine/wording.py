"""Mark the texts that people read: the engine translates nothing, it names English messages.

Who shows a message translates it. The catalogue is collected from these calls.
"""


def gettext_noop(message: str) -> str:
    """Return the message as it is."""
    return message


def ngettext_noop(singular: str, plural: str) -> tuple[str, str]:
    """Return the message for one and the message for several as they are."""
    return singular, plural
