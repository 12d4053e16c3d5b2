"""Iteration-based training that resumes exactly where it was."""

from typing import Any

from mmengine.dist import get_rank
from mmengine.runner import IterBasedTrainLoop, Runner
from torch import nn
from torch.utils.data import DataLoader

from stclip.engine.numbered_loader import (
    STEP_STREAM,
    NumberedLoader,
    seed_everything,
)
from stclip.registry import LOOPS


@LOOPS.register_module()
class ResumableTrainLoop(IterBasedTrainLoop):
    """MMEngine's loop, but a resumed run continues bit for bit.

    Differs in two ways. The batches that a resumed run has seen are passed
    over in the sampler; MMEngine loads every one of them. And the random
    number generators are seeded anew for each sample and each step (from the
    run's seed and the number of the draw or step), so there is no generator
    state to be saved and none to be lost in worker processes.

    Args:
        runner: The runner.
        dataloader: The training loader or its config.
        max_iters: Iterations to train.
        **kwargs: As in MMEngine.
    """

    def __init__(
        self,
        runner: Runner,
        dataloader: DataLoader | dict,
        max_iters: int,
        **kwargs: Any,
    ) -> None:
        # With a seed of its own in every process, mmengine lets the samplers
        # agree on another one.
        diff_rank_seed = runner._randomness_cfg.get('diff_rank_seed', False)
        if isinstance(dataloader, dict):
            dataloader = runner.build_dataloader(
                dataloader, seed=runner.seed, diff_rank_seed=diff_rank_seed
            )
        self._sampler_seed = None if diff_rank_seed else runner.seed
        super().__init__(
            runner, NumberedLoader(dataloader), max_iters, **kwargs
        )

    def run(self) -> nn.Module:
        """Train to the last iteration and return the model."""
        seed = self.runner.seed
        if self._sampler_seed not in (None, seed):
            # Resumed without --seed: the runner took over the checkpoint's
            # seed after the sampler had been given a fresh one.
            self.dataloader.sampler.seed = seed
        # The parent "advances" a resumed run by asking for as many batches.
        self.dataloader.begin(skip=self._iter, seed=seed)
        try:
            return super().run()
        finally:
            self.dataloader.close()

    def run_iter(self, data_batch: dict) -> None:
        """Train on one batch."""
        seed_everything(STEP_STREAM, self.runner.seed, self._iter, get_rank())
        super().run_iter(data_batch)
