"""What a shop chooses before it starts, and the file of settings that keeps it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from launch.services.environment import read_environment, write_environment

TAX_MODES: Final = ("gross", "net", "auto")


@dataclass(frozen=True, slots=True)
class Choices:
    """The choices of a shop.

    `tax` is whether its prices include tax (gross), do not (net), or are as the first product's (auto).
    `language` is the language of whoever asks for no other.
    """

    currency: str
    tax: str
    time_zone: str
    language: str

    def variables(self) -> dict[str, str]:
        """Return the settings as environment variables."""
        return {
            "AWASE_CURRENCY": self.currency,
            "AWASE_TAX_DISPLAY": self.tax,
            "TIME_ZONE": self.time_zone,
            "LANGUAGE_CODE": self.language,
        }


# What is usual for shops that sell to consumers of a country (ISO 3166).
MARKETS: Final = {
    "AU": Choices("AUD", "gross", "Australia/Sydney", "en"),
    "CA": Choices("CAD", "net", "America/Toronto", "en"),
    "DE": Choices("EUR", "gross", "Europe/Berlin", "en"),
    "FR": Choices("EUR", "gross", "Europe/Paris", "en"),
    "GB": Choices("GBP", "gross", "Europe/London", "en"),
    "JP": Choices("JPY", "gross", "Asia/Tokyo", "ja"),
    "US": Choices("USD", "net", "America/New_York", "en"),
}


def save_choices(choices: Choices, path: Path) -> None:
    """Write the choices to the file of settings; keep what else it contains."""
    write_environment(path, {**read_environment(path), **choices.variables()})
