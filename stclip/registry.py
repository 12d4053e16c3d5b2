"""Registries of stclip: children of mmaction's, scope ``stclip``.

``MODELS.build(cfg)`` finds stclip's parts and mmaction's by plain name and
mmdet's behind ``mmdet.``. Modules are imported when a registry is first asked
for a name, so importing this file registers nothing.
"""

from mmaction import registry as mmaction
from mmengine.registry import Registry

_SCOPE = 'stclip'


def _child(parent: Registry, *locations: str) -> Registry:
    return Registry(
        parent.name, parent=parent, scope=_SCOPE, locations=list(locations)
    )


# Detectors, recognisers and every part of them.
MODELS = _child(mmaction.MODELS, 'stclip.models')
DATASETS = _child(mmaction.DATASETS, 'stclip.datasets')
TRANSFORMS = _child(mmaction.TRANSFORMS, 'stclip.datasets.transforms')
METRICS = _child(mmaction.METRICS, 'stclip.evaluation')
HOOKS = _child(mmaction.HOOKS, 'stclip.engine')
LOOPS = _child(mmaction.LOOPS, 'stclip.engine')
OPTIM_WRAPPERS = _child(mmaction.OPTIM_WRAPPERS, 'stclip.engine')
OPTIM_WRAPPER_CONSTRUCTORS = _child(
    mmaction.OPTIM_WRAPPER_CONSTRUCTORS, 'stclip.engine'
)
