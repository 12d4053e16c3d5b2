"""Exported programs, run as somebody without this package runs them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

#: Inputs of ``KeyframeScoring`` to probabilities, (P, C).
Scoring = Callable[[dict[str, Tensor]], np.ndarray]


def load_program(path: Path, form: str) -> Scoring:
    """What ``stclip export-model`` has written, on the CPU.

    Args:
        path: The program.
        form: A key of :data:`~stclip.apis.exporting.FORMS`.
    """
    if form == 'torch':
        program = torch.export.load(path).module()
        return lambda inputs: program(**inputs)[0].numpy()
    import onnxruntime

    choices = onnxruntime.SessionOptions()
    choices.intra_op_num_threads = torch.get_num_threads()
    session = onnxruntime.InferenceSession(
        path, choices, providers=['CPUExecutionProvider']
    )
    names = [given.name for given in session.get_inputs()]
    return lambda inputs: session.run(
        ['probs'], {name: inputs[name].numpy() for name in names}
    )[0]
