"""Create an API key and print it once, with the signing secret of a publishable key."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from gateway.models import ApiKeyKind
from gateway.services.key import create_key, secret_of


class Command(BaseCommand):
    """`create_key NAME --kind secret|publishable [--origin URL …] [--rate-per-minute N]`."""

    help = (
        "Create an API key. It is printed once and cannot be shown again. For a publishable key, the second "
        "line is the secret with which your server signs customer tokens."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="What the key is used for; shown in the admin.")
        parser.add_argument(
            "--kind",
            choices=ApiKeyKind.values,
            default=ApiKeyKind.SECRET.value,
            help="secret: for servers, full access (the default); publishable: for browsers.",
        )
        parser.add_argument(
            "--origin",
            action="append",
            default=[],
            dest="origins",
            help="For publishable keys: an origin that may use it. May be repeated. Default: any origin.",
        )
        parser.add_argument(
            "--rate-per-minute",
            type=int,
            default=6000,
            help="Requests per minute. Further requests are refused with status 429. Default: 6000.",
        )

    def handle(self, *_args: Any, **options: Any) -> str:
        try:
            row, key = create_key(
                name=options["name"],
                kind=options["kind"],
                origins=options["origins"],
                rate_per_minute=options["rate_per_minute"],
            )
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        return "\n".join(filter(None, (key, secret_of(row))))
