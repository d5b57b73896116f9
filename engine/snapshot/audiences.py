"""The trees of audiences in a snapshot: whoever decides asks them of the shopper at hand."""

from collections.abc import Mapping
from typing import Final

import msgspec
import numpy as np

from engine.conditions.audiences import Audiences
from engine.conditions.tree.tree import Tree
from engine.snapshot.columns import Blobs, Columns, Views, pack_blobs

_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(Tree)


def pack_audiences(trees: Mapping[int, Tree]) -> Columns:
    """Pack the trees by primary key, ascending."""
    keys = sorted(trees)
    return {
        "audience.pk": np.array(keys, np.int64),
        **pack_blobs("audience.tree", [_encoder.encode(trees[key]) for key in keys]),
    }


def read_audiences(views: Views) -> Audiences:
    """Return the audiences of a snapshot."""
    blobs = Blobs(views, "audience.tree")
    return Audiences({key: _decoder.decode(blobs[row]) for row, key in enumerate(views["audience.pk"])})
