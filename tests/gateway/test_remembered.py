"""What is made of the settings is worked out once, and again after they change."""

from pytest_django import Settings

from gateway.services.remembered import remembered


def test_remembered__settings_change__is_found_again(settings: Settings) -> None:
    found = []

    @remembered
    def host_count() -> int:
        found.append(len(settings.ALLOWED_HOSTS))
        return found[-1]

    settings.ALLOWED_HOSTS = ["a.example"]
    before = [host_count(), host_count()]
    settings.ALLOWED_HOSTS = ["a.example", "b.example"]

    assert (before, host_count(), found) == ([1, 1], 2, [1, 2])
