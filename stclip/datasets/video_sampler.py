"""The order in which videos are trained on, a keyframe of each."""

from collections.abc import Iterator
from typing import Any

import torch
from mmengine.dataset import BaseDataset, InfiniteSampler

from stclip.registry import DATA_SAMPLERS


@DATA_SAMPLERS.register_module()
class VideoSampler(InfiniteSampler):
    """Each video once a round, by one of its keyframes, without an end.

    For what is trained on whole videos and reads a data set of keyframes:
    a video counts once, however many of its frames are annotated. Source:
    ST-CLIP, arXiv:2408.15996v1, as it trains the classifiers of videos that
    it compares with. Videos are shuffled in each round, and each is stood for
    by a keyframe that is drawn anew. Processes take turns.

    Args:
        dataset: Whose ``get_data_info`` tells the ``video`` of each sample.
        **kwargs: ``seed``, of mmengine's ``InfiniteSampler``.
    """

    def __init__(self, dataset: BaseDataset, **kwargs: Any) -> None:
        super().__init__(dataset, **kwargs)
        keyframes: dict[str, list[int]] = {}
        for index in range(len(dataset)):
            video = dataset.get_data_info(index)['video']
            keyframes.setdefault(video, []).append(index)
        self.videos = list(keyframes.values())
        #: Samples of a round.
        self.size = len(self.videos)

    def _infinite_indices(self) -> Iterator[int]:
        generator = torch.Generator().manual_seed(self.seed)
        while True:
            for video in torch.randperm(self.size, generator=generator):
                keyframes = self.videos[video]
                drawn = torch.randint(len(keyframes), (), generator=generator)
                yield keyframes[drawn]
