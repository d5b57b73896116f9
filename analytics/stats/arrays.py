"""Array types of the statistics."""

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
# Ids and quantities of lines, in 32 bits if they fit: lines take most of the memory.
LineInts = npt.NDArray[np.int32] | Ints
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
