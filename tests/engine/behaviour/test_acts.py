"""What a person did: counted once per subject, bounded, the same in any order."""

from hypothesis import given
from hypothesis import strategies as st

from engine.behaviour import Act, Behaviour, What
from engine.behaviour.acts import MOST_KEPT

ACTS = st.builds(
    Act,
    what=st.sampled_from([int(what) for what in What]),
    subject=st.integers(1, 4),
    at=st.integers(0, 2**32 - 1),
    count=st.integers(1, 3),
)


def test_behaviour__same_subject__is_counted_with_its_last_time() -> None:
    viewed = [
        Act(What.VIEWED_PRODUCT, 7, 30),
        Act(What.VIEWED_PRODUCT, 7, 10),
        Act(What.ADDED_PRODUCT, 7, 20),
    ]

    assert list(Behaviour(viewed)) == [
        Act(What.VIEWED_PRODUCT, 7, 30, 2),
        Act(What.ADDED_PRODUCT, 7, 20, 1),
    ]


def test_behaviour__more_than_is_kept__keeps_the_newest() -> None:
    most = MOST_KEPT[What.SEARCHED]
    searches = [Act(What.SEARCHED, f"tea {n}", n) for n in range(most + 5)]

    kept = Behaviour([*searches, Act(What.VIEWED_PRODUCT, 1, 0)])

    assert [act.at for act in kept] == [*range(most + 4, 4, -1), 0]


def test_behaviour__largest__is_small() -> None:
    acts = [
        Act(int(what), n if what != What.SEARCHED else "茶" * 200, 2**32 - 1 - n, 65_535)
        for what, most in MOST_KEPT.items()
        for n in range(most)
    ]

    assert len(Behaviour(acts).pack()) < 3_000


@given(st.lists(ACTS, max_size=12), st.data())
def test_behaviour__any_order_and_split__is_the_same(acts: list[Act], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(acts))
    middle = data.draw(st.integers(0, len(acts)))

    packed = Behaviour(shuffled[:middle]).with_acts(shuffled[middle:]).pack()

    assert packed == Behaviour(acts).pack()
    assert Behaviour.read(packed).pack() == packed


def test_behaviour__bought_product__is_forgotten_up_to_the_purchase() -> None:
    acts = [
        Act(What.VIEWED_PRODUCT, 1, 10),
        Act(What.VIEWED_CATEGORY, 1, 10),
        Act(What.VIEWED_PRODUCT, 2, 99),
    ]

    left = Behaviour(acts).without_products(frozenset({1, 2}), 50)

    assert list(left) == [acts[2], acts[1]]
