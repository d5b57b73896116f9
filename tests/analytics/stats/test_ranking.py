import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats.ranking import best_of_groups, ranks_in_groups

# Few distinct scores, so that ties are frequent.
entries = st.lists(st.tuples(st.integers(0, 4), st.integers(-3, 3), st.integers(0, 9)), max_size=40)


@given(entries=entries, limit=st.integers(1, 5))
def test_best_of_groups__any_entries__match_a_plain_sort(
    entries: list[tuple[int, int, int]], limit: int
) -> None:
    entries = sorted(set(entries), key=lambda entry: entry[0])
    group, score, tie = (np.array([entry[i] for entry in entries], dtype=np.int64) for i in range(3))

    best = best_of_groups(group=group, score=score, tie=tie, group_count=5, limit=limit)

    expected = []
    for wanted in range(5):
        ranked = sorted((e for e in entries if e[0] == wanted), key=lambda e: (-e[1], e[2]))
        expected += ranked[:limit]
    assert [entries[place] for place in best] == expected


def test_best_of_groups__floats_and_an_empty_group__keeps_the_order() -> None:
    group, score = np.array([0, 0, 0, 2]), np.array([0.1, 0.3, 0.3, -1.0])

    best = best_of_groups(group=group, score=score, tie=np.array([1, 9, 2, 0]), group_count=3, limit=2)

    assert best.tolist() == [2, 1, 3]


def test_ranks_in_groups__empty_groups__are_skipped() -> None:
    ranks = ranks_in_groups(np.array([0, 0, 3, 3, 3]), group_count=4)

    assert ranks.tolist() == [0, 1, 0, 1, 2]
