"""Prepare your own shop: its settings, the usual placements, a starter set of offers."""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.timezone import now

from catalog.models import Product
from catalog.models.fields import validate_currency
from launch.services.choices import MARKETS, TAX_MODES, Choices, save_choices
from launch.services.environment import read_environment
from offers.services.starter import Created, set_up_shop

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
QUESTIONS = {
    "currency": "Currency (ISO 4217)",
    "tax": f"Do your prices include tax? ({', '.join(TAX_MODES)})",
    "time_zone": "Time zone",
    "language": f"Default language ({', '.join(LANGUAGES)})",
}


class Command(BaseCommand):
    """`manage.py setup_shop`."""

    help = (
        "Write the shop's settings, and create the usual placements and starter offers that are missing. "
        "Can be run again at any time. On a terminal, asks for every value that no option sets."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--market",
            type=str.upper,
            choices=MARKETS,
            help="The country you sell to: sets the usual currency, tax mode, time zone and language.",
        )
        parser.add_argument("--currency", help="ISO 4217 code, such as JPY.")
        parser.add_argument(
            "--tax",
            help="gross: prices include tax; net: prices exclude tax; auto: like the first product added.",
        )
        parser.add_argument("--time-zone", help="Such as Asia/Tokyo.")
        parser.add_argument("--language", help=f"The default language: {' or '.join(LANGUAGES)}.")
        parser.add_argument("--no-input", action="store_true", help="Never ask; use the defaults.")

    def handle(self, *, market: str | None, no_input: bool, **options: Any) -> None:
        given = {name: options[name] for name in QUESTIONS if options[name] is not None}
        is_asking = sys.stdin.isatty() and not no_input
        if is_asking and market is None and not given:
            market = ask("Market", "", _market) or None
        choices = MARKETS[market] if market else current_choices()
        for name, question in QUESTIONS.items():
            check = CHECKS[name]
            if name in given:
                try:
                    value = check(given[name])
                except ValueError as error:
                    raise CommandError(f"--{name.replace('_', '-')} {given[name]!r}: {error}") from error
            elif is_asking:
                value = ask(question, getattr(choices, name), check)
            else:
                continue
            choices = replace(choices, **{name: value})
        self.warn(choices)
        save_choices(choices, settings.AWASE_SETTINGS_FILE)
        with translation.override(choices.language):
            created = set_up_shop(currency=choices.currency, by=None, at=now())
        self.stdout.write(summary(choices, created))

    def warn(self, choices: Choices) -> None:
        """Say what keeps the choices from having an effect."""
        kept = read_environment(settings.AWASE_SETTINGS_FILE)
        for name, value in choices.variables().items():
            other = os.environ.get(name)
            if other not in (None, value, kept.get(name)):
                self.stderr.write(f"The environment variable {name}={other} overrides this. Unset it.")
        if Product.objects.exists() and not Product.objects.filter(currency=choices.currency).exists():
            self.stderr.write(f"No product has a price in {choices.currency}, so its offers propose nothing.")


def current_choices() -> Choices:
    """Return the settings of this process as choices."""
    return Choices(
        settings.AWASE_CURRENCY, settings.AWASE_TAX_DISPLAY, settings.TIME_ZONE, settings.LANGUAGE_CODE
    )


def ask(question: str, default: str, check: Callable[[str], str]) -> str:
    """Ask until the answer is valid; an empty one is the default."""
    while True:
        said = input(f"{question} [{default}]: ").strip() or default
        try:
            return check(said)
        except ValueError as error:
            sys.stdout.write(f"{error}\n")


def summary(choices: Choices, created: Created) -> str:
    """Return what was written and created."""
    settings_text = " ".join(f"{name}={value}" for name, value in choices.variables().items())
    return "\n".join(
        [
            f"Settings: {settings_text}",
            f"          in {settings.AWASE_SETTINGS_FILE}. Restart running programs after a change.",
            f"Placements created: {_listed(one.code for one in created.placements)}",
            f"Offers created: {_listed(one.code for one in created.offers)}",
        ]
    )


def _listed(codes: Any) -> str:
    return ", ".join(codes) or "none, they already exist"


def _one_of(*allowed: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        lowered = value.strip().lower()
        if lowered not in allowed:
            raise ValueError(f"Choose one of {', '.join(allowed)}.")
        return lowered

    return check


def _market(value: str) -> str:
    if value and value.upper() not in MARKETS:
        raise ValueError(f"Choose one of {', '.join(MARKETS)}, or nothing for another market.")
    return value.upper()


def _currency(value: str) -> str:
    code = value.strip().upper()
    try:
        validate_currency(code)
    except ValidationError as error:
        raise ValueError(error.messages[0]) from error
    return code


def _time_zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError("Unknown time zone. Write it as in Asia/Tokyo or Europe/London.")
    return value


CHECKS: dict[str, Callable[[str], str]] = {
    "currency": _currency,
    "tax": _one_of(*TAX_MODES),
    "time_zone": _time_zone,
    "language": _one_of(*LANGUAGES),
}
