"""The GRIFFIN statistic of a chunk in one pass over its activations. Knows addresses; knows no model."""

import torch
from torch import Tensor

from griffin_core.kernels.library import find_library
from griffin_core.kernels.program import can_hold, type_of


def count_votes(z: Tensor, counts: Tensor | None) -> tuple[Tensor, Tensor] | None:
    """What `prompt_stats` sums up, or None where our kernels cannot.

    z: (batch, tokens, d_ff); counts: (batch, tokens) float32, 0 for padding. Returns votes, (batch, d_ff) float32, the
    sum over tokens of (z_tj / ‖z_t‖)², and how many tokens voted, (batch,) float32: rows of zeros do not.
    """
    library = find_library() if z.device.type == "cpu" else None
    if library is None or not can_hold(z) or z.stride(2) != 1:
        return None
    batch, rows, columns = z.shape
    votes, tokens = (torch.zeros(shape, dtype=torch.float32, device=z.device) for shape in ((batch, columns), (batch,)))
    threads = torch.get_num_threads()
    counts = None if counts is None else counts.contiguous()
    for index in range(batch):
        counted = None if counts is None else counts[index].data_ptr()
        library.count_votes(
            *(z[index].data_ptr(), type_of(z), z.stride(1), rows, columns),
            *(counted, votes[index].data_ptr(), tokens[index].data_ptr(), threads),
        )
    return votes, tokens
