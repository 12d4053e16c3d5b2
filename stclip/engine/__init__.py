"""Running models: precision, optimizers, loops, checkpoints, launching."""

from stclip.engine.any_device import AnyDeviceDDP, AnyDeviceRunner
from stclip.engine.checkpoint_hooks import (
    AtomicCheckpointHook,
    PlainCheckpointHook,
    StrictLoadHook,
)
from stclip.engine.confusion_matrix_hook import ConfusionMatrixHook
from stclip.engine.precision import AmpOptimWrapper, AmpTestLoop
from stclip.engine.resumable_train_loop import ResumableTrainLoop
from stclip.engine.run_files import MetricsFileHook, ProgressHook
from stclip.engine.trainable_params import TrainableParamsConstructor
from stclip.engine.weight_average import PatchWeightsHook, WeightAverageHook

__all__ = [
    'AmpOptimWrapper',
    'AmpTestLoop',
    'AnyDeviceDDP',
    'AnyDeviceRunner',
    'AtomicCheckpointHook',
    'ConfusionMatrixHook',
    'MetricsFileHook',
    'PatchWeightsHook',
    'PlainCheckpointHook',
    'ProgressHook',
    'ResumableTrainLoop',
    'StrictLoadHook',
    'TrainableParamsConstructor',
    'WeightAverageHook',
]
