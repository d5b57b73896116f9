import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from offers.services.audience.members import MemberPacker, unpack_members

keys = st.lists(st.integers(1, 2**31), unique=True, max_size=200).map(sorted)


@given(keys=keys, block=st.integers(1, 50))
def test_members__packed_in_blocks__come_back(keys: list[int], block: int) -> None:
    packer = MemberPacker()
    for start in range(0, len(keys), block):
        packer.add(np.array(keys[start : start + block], np.int64))

    assert packer.size == len(keys)
    assert unpack_members(packer.packed()).tolist() == keys


def test_members__never_counted__are_none() -> None:
    assert unpack_members(b"").tolist() == []


def test_members__a_million__take_less_than_a_megabyte() -> None:
    packer = MemberPacker()
    rng = np.random.default_rng(0)
    packer.add(np.flatnonzero(rng.random(2_000_000) < 0.5) + 1)

    assert packer.size > 990_000
    assert len(packer.packed()) < 1_000_000
