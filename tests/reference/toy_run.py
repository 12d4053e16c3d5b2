"""A model, a data set and a metric that train in milliseconds.

They have what makes resuming and distributing hard: random choices when a
sample is loaded (from all three generators), dropout, a frozen part, and a
loss that is normalised over the processes.
"""

import os
import random
import signal

import numpy as np
import torch
from mmengine.dist import all_reduce
from mmengine.evaluator import BaseMetric
from mmengine.model import BaseModel
from torch import nn
from torch.utils.data import Dataset

from stclip.registry import DATASETS, METRICS, MODELS
from stclip.text.label_space import LabelSpace


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
        return dict(samples=len(results), mean=mean)
