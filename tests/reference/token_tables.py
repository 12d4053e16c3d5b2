"""CLIP's table of tokens, drawn once for each state of the generator.

It has 49408 rows, however tiny the CLIP: a model spends two thirds of its
building on them, and tests, which all begin with one seed, build more than a
thousand.
"""

import pytest
import torch
from torch import nn
from torch.overrides import _get_current_function_mode_stack

ROWS = 49408
# Draws that are kept, of some 13 MB each.
_KEPT = 24


def draw_tables_once(patch: pytest.MonkeyPatch) -> None:
    """Until it is undone draws of tables are looked up where they repeat.

    Numbers, and the generator after them, are to the last bit what they are
    without.
    """
    draw, reset = nn.init.normal_, nn.Embedding.reset_parameters
    draws, after_reset = {}, {}

    def look_up_or_draw(tensor, mean=0.0, std=1.0, generator=None):
        if _get_current_function_mode_stack():
            # It may see to it that nothing is drawn, and knows what it may
            # be asked for; ``draw`` would ask it for this function.
            with torch.no_grad():
                return tensor.normal_(mean, std, generator=generator)
        if generator is not None or not _is_table(tensor):
            return draw(tensor, mean, std, generator)
        state = _state()
        key = tensor.shape, mean, std, state
        if key not in draws:
            draw(tensor, mean, std)
            draws[key] = tensor.detach().clone(), torch.get_rng_state()
            if len(draws) > _KEPT:
                del draws[next(iter(draws))]
            return tensor
        draws[key] = kept, after = draws.pop(key)  # the last used are kept
        torch.set_rng_state(after)
        with torch.no_grad():
            return tensor.copy_(kept)

    def advance_or_reset(embedding):
        # open_clip at once draws what counts, with a deviation of its own.
        if _get_current_function_mode_stack() or not _is_table(
            embedding.weight
        ):
            return reset(embedding)
        key = embedding.weight.shape, _state()
        if key in after_reset:
            return torch.set_rng_state(after_reset[key])
        reset(embedding)
        after_reset[key] = torch.get_rng_state()

    patch.setattr(nn.init, 'normal_', look_up_or_draw)
    patch.setattr(nn.Embedding, 'reset_parameters', advance_or_reset)


def _is_table(tensor):
    is_plain = tensor.device.type == 'cpu' and tensor.dtype == torch.float32
    return is_plain and tensor.ndim == 2 and len(tensor) == ROWS


def _state():
    return torch.get_rng_state().numpy().tobytes()
