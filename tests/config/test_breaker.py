from config.postgresql.breaker import Breaker

COOL_DOWN = 3.0


class Clock:
    at = 100.0

    def __call__(self) -> float:
        return self.at


def test_breaker__no_failure__admits_everybody() -> None:
    breaker = Breaker(Clock())

    assert [breaker.admits(COOL_DOWN) for _ in range(3)] == [True] * 3


def test_breaker__failure__admits_one_caller_after_each_cool_down() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    breaker.failed(COOL_DOWN)

    admitted = []
    for clock.at in (100.0, 102.9, 103.0, 103.1, 105.9, 106.0, 106.1):
        admitted.append(breaker.admits(COOL_DOWN))

    assert admitted == [False, False, True, False, False, True, False]


def test_breaker__answer__admits_everybody_again() -> None:
    breaker = Breaker(Clock())
    breaker.failed(COOL_DOWN)

    breaker.answered()

    assert [breaker.admits(COOL_DOWN) for _ in range(3)] == [True] * 3


def test_breaker__without_cool_down__never_refuses() -> None:
    breaker = Breaker(Clock())
    breaker.failed(0.0)

    assert [breaker.admits(0.0) for _ in range(3)] == [True] * 3
