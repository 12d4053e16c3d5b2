"""A model, a data set and a metric that train in milliseconds.

They have what makes resuming and distributing hard: random choices when a
sample is loaded (from all three generators), dropout, a frozen part, and a
loss that is normalised over the processes.
"""

import os
import random
import signal
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmengine.config import Config
from mmengine.dist import all_reduce
from mmengine.evaluator import BaseMetric
from mmengine.model import BaseModel
from mmengine.runner import Runner
from torch import nn
from torch.utils.data import Dataset

from stclip.engine.any_device import AnyDeviceRunner
from stclip.labels.label_space import LabelSpace
from stclip.registry import DATASETS, METRICS, MODELS


@DATASETS.register_module()
class ToyDataset(Dataset):
    """Vectors whose sum is to be found; counts what it loads."""

    def __init__(self, size: int = 12, noise: float = 0.1) -> None:
        rng = np.random.default_rng(0)
        self.vectors = rng.normal(size=(size, 4)).astype(np.float32)
        self.noise = noise
        self.loaded = []
        self.metainfo = dict(label_space=LabelSpace(('sit', 'stand')))

    def __len__(self) -> int:
        return len(self.vectors)

    def __getitem__(self, index: int) -> dict:
        self.loaded.append(index)
        noise = random.random() + np.random.rand() + torch.rand(()).item()
        vector = torch.from_numpy(self.vectors[index])
        return dict(
            inputs=vector + self.noise * noise,
            targets=vector.sum(),
            index=index,
        )


@MODELS.register_module()
class ToyModel(BaseModel):
    """Frozen embedding, normalisation, dropout, linear layer.

    Args:
        dropout: Its rate.
        kill_at: Step at which the process kills itself, if any.
    """

    def __init__(self, dropout: float = 0.2, kill_at: int = -1) -> None:
        super().__init__()
        self.embed = nn.Linear(4, 8).requires_grad_(False)
        self.norm = nn.LayerNorm(8)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(8, 1)
        self.losses = []
        self.kill_at = kill_at

    def forward(self, inputs, targets, index, mode='tensor'):
        if mode == 'loss' and len(self.losses) == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        inputs = torch.stack(list(inputs))
        hidden = self.dropout(self.norm(self.embed(inputs)))
        found = self.head(hidden)[:, 0]
        if mode == 'predict':
            return list(zip(index, found.float(), strict=True))
        error = (found.float() - torch.stack(list(targets))).square().sum()
        count = torch.tensor(float(len(inputs)))
        all_reduce(count, op='mean')
        self.losses.append((error / count).item())
        return dict(loss=error / count)


@METRICS.register_module()
class ToyMetric(BaseMetric):
    """Mean prediction, and what was counted."""

    def process(self, data_batch, data_samples):
        self.results.extend(
            (int(index), float(found)) for index, found in data_samples
        )

    def compute_metrics(self, results):
        counted = [index for index, _ in results]
        assert counted == sorted(set(counted))
        mean = sum(found for _, found in results) / len(results)
        # MMEngine logs whole numbers as null.
        return dict(samples=float(len(results)), mean=mean)


CONFIG = Path(__file__).with_name('toy_config.py')
_runs = count()


def toy_runner(work_dir: Path, options: dict[str, Any]) -> Runner:
    """Runner of the toy config, with seed 3 and dotted ``options``."""
    cfg = Config.fromfile(CONFIG)
    cfg.work_dir = str(work_dir)
    cfg.randomness = dict(seed=3)
    # Runners of one name and second would share their logs.
    cfg.experiment_name = f'toy_{next(_runs)}'
    cfg.merge_from_dict(options)
    return AnyDeviceRunner.from_cfg(cfg)


def read_checkpoint(path: Path) -> dict[str, Any]:
    """Load safely, whatever torch's default."""
    return torch.load(path, weights_only=True)
