"""Rules that judge an event by how it arrived: prefetches, bots and late events."""

from datetime import timedelta

import pytest
from crawleruseragents import CRAWLER_USER_AGENTS_DATA
from pytest_django import Settings

from offers.services.exclusions import ON_ARRIVAL, Arrival, exclusion_on_arrival
from offers.services.exclusions.bot import is_from_a_bot
from offers.services.exclusions.late import is_late
from offers.services.exclusions.prefetch import is_from_a_prefetch
from tests.offers.reported import AT, plausible

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
CHROME = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/131.0.0.0 Safari/537.36"
LINE = f"{IPHONE} Mobile/15E148 Safari Line/14.9.0"
CUBOT = f"Mozilla/5.0 (Linux; Android 10; CUBOT X30) {WEBKIT} Chrome/120.0 Mobile Safari/537.36"
GOOGLE = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
GPT = "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)"
HEADLESS = f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} HeadlessChrome/131.0.0.0 Safari/537.36"


@pytest.mark.parametrize(
    ("purpose", "applies"),
    [
        ("prefetch", True),
        ("Prefetch", True),
        ("prefetch;prerender", True),
        ("prefetch ; anonymous-client-ip", True),
        ("", False),
        ("prerender", False),
        ("prefetching", False),
    ],
)
def test_prefetch__purpose_of_the_browser__decides(purpose: str, applies: bool) -> None:
    assert is_from_a_prefetch(plausible(), Arrival(at=AT, purpose=purpose)) is applies


@pytest.mark.parametrize(
    ("user_agent", "applies"),
    [
        (CHROME, False),
        (LINE, False),
        (CUBOT, False),
        ("Shop/2.1 CFNetwork/1490.0.4 Darwin/23.2.0", False),
        ("okhttp/4.12.0", False),
        ("curl/8.5.0", False),
        ("", False),
        (GOOGLE, True),
        (GPT, True),
        (HEADLESS, True),
        ("x" * 600 + "Googlebot", False),
    ],
)
def test_bot__user_agent__decides(user_agent: str, applies: bool, settings: Settings) -> None:
    settings.AWASE_COUNT_AUTOMATED_BROWSERS = False

    assert is_from_a_bot(plausible(), Arrival(at=AT, user_agent=user_agent)) is applies


def test_bot__automated_browser_in_a_test_shop__counts_as_a_shopper(settings: Settings) -> None:
    settings.AWASE_COUNT_AUTOMATED_BROWSERS = True

    assert not is_from_a_bot(plausible(), Arrival(at=AT, user_agent=HEADLESS))
    assert is_from_a_bot(plausible(), Arrival(at=AT, user_agent=GOOGLE))


def test_bot__list_of_the_library__has_the_kinds_that_are_left_out() -> None:
    tags = {tag for bot in CRAWLER_USER_AGENTS_DATA for tag in bot["tags"]}

    assert {"http-library", "browser-automation", "search-engine"} <= tags


@pytest.mark.parametrize(
    ("age", "applies"), [(timedelta(days=2), False), (timedelta(days=2, seconds=1), True)]
)
def test_late__age_of_the_decision__decides(age: timedelta, applies: bool, settings: Settings) -> None:
    settings.AWASE_LATE_EVENT_DAYS = 2
    event = plausible(decided_at=AT - age, occurred_at=AT - age)

    assert is_late(event, Arrival(at=AT)) is applies


def test_on_arrival__several_rules__give_the_first_reason() -> None:
    event = plausible(decided_at=AT - timedelta(days=29))
    arrivals = [Arrival(at=AT, purpose="prefetch", user_agent=GOOGLE), Arrival(at=AT, user_agent=GOOGLE)]

    reasons = [exclusion_on_arrival(event, arrival) for arrival in (*arrivals, Arrival(at=AT))]

    assert reasons == [reason.value for reason in ON_ARRIVAL] == ["prefetch", "bot", "late"]
    assert exclusion_on_arrival(plausible(), Arrival(at=AT)) == ""
