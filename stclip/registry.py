"""Registries of stclip: children of mmaction's, scope ``stclip``.

``MODELS.build(cfg)`` finds stclip's parts and mmaction's by plain name and
mmdet's behind ``mmdet.``. Modules are imported when a registry is first asked
for a name, so importing this file registers nothing.
"""

from typing import Any

from mmaction import registry as mmaction
from mmengine.config.utils import MODULE2PACKAGE
from mmengine.registry import Registry

#: The scope of the registries in this module, and of all configs.
DEFAULT_SCOPE = 'stclip'

# mmengine's list of scopes and their packages: with it, `stclip::...` names
# our configs in get_config and in the _base_ of any config. A module stands
# for the package, because mmengine takes the distribution of a name first, and
# then looks for an editable one among the installed ones.
MODULE2PACKAGE[DEFAULT_SCOPE] = __name__


class ChildRegistry(Registry):
    """Registry in scope ``stclip`` that imports its parent's parts on demand.

    mmengine looks a plain name up in the parents' tables without importing
    what would fill them; then ``ResNet3d`` is known only by accident.

    Args:
        parent: mmaction's registry of the same things.
        locations: modules that register stclip's own parts; none for what
            only has to be found from scope ``stclip``.
    """

    def __init__(self, parent: Registry, *locations: str) -> None:
        super().__init__(
            parent.name,
            parent=parent,
            scope=DEFAULT_SCOPE,
            # None would make mmengine look for a function that registers.
            locations=list(locations) or [__name__],
        )

    def get(self, key: str | type) -> Any:
        """Return the class or function registered as ``key``.

        A class is its own: configs that import what they build name it so.
        """
        if isinstance(key, type):
            return key
        self.import_from_location()
        if '.' not in key and key not in self.module_dict:
            self.parent.import_from_location()
        return super().get(key)


# Detectors, recognisers and every part of them.
MODELS = ChildRegistry(mmaction.MODELS, 'stclip.models')
# Wrappers of a model for distributed training.
MODEL_WRAPPERS = ChildRegistry(
    mmaction.MODEL_WRAPPERS, 'stclip.engine.any_device'
)
# Initialisation of weights.
WEIGHT_INITIALIZERS = ChildRegistry(mmaction.WEIGHT_INITIALIZERS)
# Assigners, samplers and coders of boxes.
TASK_UTILS = ChildRegistry(mmaction.TASK_UTILS, 'stclip.models')

# Data sets of videos with annotated keyframes.
DATASETS = ChildRegistry(mmaction.DATASETS, 'stclip.datasets')
# Orders in which samples are drawn.
DATA_SAMPLERS = ChildRegistry(mmaction.DATA_SAMPLERS, 'stclip.datasets')
# Steps of a data pipeline.
TRANSFORMS = ChildRegistry(mmaction.TRANSFORMS, 'stclip.datasets.transforms')

# Measures of predictions.
METRICS = ChildRegistry(mmaction.METRICS, 'stclip.evaluation')
# Groups of metrics.
EVALUATOR = ChildRegistry(mmaction.EVALUATOR)
# Drawings of samples and predictions.
VISUALIZERS = ChildRegistry(mmaction.VISUALIZERS, 'stclip.visualization')
# Where drawings and curves go.
VISBACKENDS = ChildRegistry(mmaction.VISBACKENDS)

# Whole runs.
RUNNERS = ChildRegistry(mmaction.RUNNERS, 'stclip.engine.any_device')
# Actions at fixed points of a run.
HOOKS = ChildRegistry(
    mmaction.HOOKS,
    'stclip.engine.checkpoint_hooks',
    'stclip.engine.confusion_matrix_hook',
    'stclip.engine.divergence_hook',
    'stclip.engine.report_hook',
    'stclip.engine.run_files',
    'stclip.engine.weight_average',
)
# Training, validation and test loops.
LOOPS = ChildRegistry(
    mmaction.LOOPS,
    'stclip.engine.precision',
    'stclip.engine.resumable_train_loop',
)
# Optimisation algorithms.
OPTIMIZERS = ChildRegistry(mmaction.OPTIMIZERS)
# Update steps: gradient accumulation, mixed precision.
OPTIM_WRAPPERS = ChildRegistry(
    mmaction.OPTIM_WRAPPERS,
    'stclip.engine.interpolated_optimisation',
    'stclip.engine.precision',
)
# Choices of what is trained at which rate.
OPTIM_WRAPPER_CONSTRUCTORS = ChildRegistry(
    mmaction.OPTIM_WRAPPER_CONSTRUCTORS, 'stclip.engine.trainable_params'
)
# Schedules of rates and momenta.
PARAM_SCHEDULERS = ChildRegistry(mmaction.PARAM_SCHEDULERS)
# Lines printed during a run.
LOG_PROCESSORS = ChildRegistry(mmaction.LOG_PROCESSORS)
