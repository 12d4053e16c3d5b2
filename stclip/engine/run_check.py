"""What trains and tests a model, held against what there is.

Loops, optimizers, schedules, loaders and the like are mostly those of mmengine
and torch, which would find a slip when the model has been built. Here it is
found before. Arguments of a part that passes any on are its own affair.
"""

import inspect
import logging
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mmengine.registry import FUNCTIONS, DefaultScope, Registry
from mmengine.runner import Runner
from mmengine.utils.dl_utils import set_multi_processing
from torch.nn.utils import clip_grad_norm_, clip_grad_value_
from torch.utils.data import DataLoader

from stclip import registry
from stclip.engine.trainable_params import (
    PARAMWISE_OPTIONS,
    TrainableParamsConstructor,
)
from stclip.engine.type_check import check_arguments, check_part
from stclip.utils.choices import require_choice

_OWN = 'stclip', 'mmengine'
# Keys of an optimizer wrapper and of a data loader that mmengine takes out.
_OF_CONSTRUCTOR = ('constructor', 'optimizer', 'paramwise_cfg')
_OF_LOADER = ('disable_subprocess_warning', 'num_batch_per_epoch')
_STARTS = 'fork', 'spawn', 'forkserver'
_CLIPPING = dict(norm=clip_grad_norm_, value=clip_grad_value_)


def check_run(cfg: Mapping[str, Any], task: str) -> None:
    """Look at what a task builds around its model and its data sets.

    Args:
        cfg: The whole config.
        task: ``'train'``, ``'val'`` or ``'test'``.

    Raises:
        UserError: For a type that no registry has, an argument that nothing
            takes, or another word than may stand there; names the config's
            key and the nearest word.
    """
    if cfg.get('default_scope') != registry.DEFAULT_SCOPE:
        return  # plain names are then those of another package
    with DefaultScope.overwrite_default_scope(registry.DEFAULT_SCOPE):
        for where, given, kinds in _built(cfg, task):
            if isinstance(given['type'], str) and '_scope_' not in given:
                check_part(where, given, kinds, _is_closed)
        if task == 'train':
            _check_options(cfg.get('optim_wrapper'))
    for where, given, taker, more in _called(cfg, task):
        names = {*inspect.signature(taker).parameters, *more}
        check_arguments(where, given, taker.__name__, names)
    _check_words(cfg)


def _built(
    cfg: Mapping[str, Any], task: str
) -> Iterator[tuple[str, Mapping[str, Any], Registry]]:
    """Key, value and registry of each part; what is no config is left out."""
    loader = f'{task}_dataloader'
    parts = [
        (f'{task}_cfg', _loop(cfg.get(f'{task}_cfg'), task), registry.LOOPS),
        *_at(cfg, f'{loader}.sampler', registry.DATA_SAMPLERS),
        *_at(cfg, f'{loader}.batch_sampler', registry.DATA_SAMPLERS),
        *_at(cfg, f'{loader}.collate_fn', FUNCTIONS),
        *_at(cfg, 'visualizer', registry.VISUALIZERS),
        *_at(cfg, 'visualizer.vis_backends', registry.VISBACKENDS),
        *_at(cfg, 'log_processor', registry.LOG_PROCESSORS, 'LogProcessor'),
    ]
    if task == 'train':
        parts += [
            *_wrapper(cfg.get('optim_wrapper')),
            *_schedules(cfg),
        ]
    for where, given, kinds in parts:
        if isinstance(given, Mapping) and 'type' in given:
            yield where, given, kinds


def _loop(given: Any, task: str) -> Any:
    """A loop with the type that it has where none is named."""
    if not isinstance(given, Mapping) or 'type' in given:
        return given
    if task != 'train':
        return dict(given, type=f'{task.title()}Loop')
    rest = {key: value for key, value in given.items() if key != 'by_epoch'}
    kind = 'Epoch' if given.get('by_epoch') else 'Iter'
    return dict(rest, type=f'{kind}BasedTrainLoop')


def _wrapper(given: Any) -> Iterator[tuple[str, Any, Registry]]:
    """An optimizer wrapper, its optimizer and what builds them."""
    if not isinstance(given, Mapping):
        return
    kinds = registry.OPTIM_WRAPPER_CONSTRUCTORS
    name = given.get('constructor', 'DefaultOptimWrapperConstructor')
    yield 'optim_wrapper.constructor', dict(type=name), kinds
    kind = kinds.get(name) if isinstance(name, str) else name
    own = kind is not None and kind.__module__.partition('.')[0] in _OWN
    if not own or 'optimizer' not in given:
        return  # another's may take what it likes, such as several wrappers
    rest = {k: v for k, v in given.items() if k not in _OF_CONSTRUCTOR}
    rest.setdefault('type', 'OptimWrapper')
    yield 'optim_wrapper', rest, registry.OPTIM_WRAPPERS
    yield 'optim_wrapper.optimizer', given['optimizer'], registry.OPTIMIZERS


def _check_options(wrapper: Any) -> None:
    """Look at what our constructor takes; mmengine's takes anything."""
    given = wrapper if isinstance(wrapper, Mapping) else {}
    name = given.get('constructor')
    kind = registry.OPTIM_WRAPPER_CONSTRUCTORS.get(str(name))
    if kind is TrainableParamsConstructor:
        options = given.get('paramwise_cfg') or {}
        key = 'optim_wrapper.paramwise_cfg'
        check_arguments(key, options, name, set(PARAMWISE_OPTIONS))


def _schedules(
    cfg: Mapping[str, Any],
) -> Iterator[tuple[str, Any, Registry]]:
    """Schedules, without the key that mmengine's registry takes out."""
    kinds = registry.PARAM_SCHEDULERS
    for where, given, _ in _at(cfg, 'param_scheduler', kinds):
        if isinstance(given, Mapping):
            rest = dict(given)
            rest.pop('convert_to_iter_based', None)
            yield where, rest, kinds


def _at(
    cfg: Mapping[str, Any], key: str, kinds: Registry, default: str = ''
) -> Iterator[tuple[str, Any, Registry]]:
    """What stands at a dotted key, one part or a list of them."""
    first, *rest = key.split('.')
    value = cfg.get(first)
    for name in rest:
        value = value.get(name) if isinstance(value, Mapping) else None
    if isinstance(value, (list, tuple)):
        for index, each in enumerate(value):
            yield f'{key}.{index}', each, kinds
        return
    if default and isinstance(value, Mapping):
        value = {'type': default, **value}
    yield key, value, kinds


def _is_closed(part: Any) -> bool:
    """Whether a signature tells all that a part takes.

    Parts of mmengine and ours pass ``**kwargs`` on to their parents; torch's
    ``ZeroRedundancyOptimizer``, for one, to another optimizer.
    """
    if not inspect.isclass(part):
        return False
    for cls in part.__mro__:
        if '__init__' not in vars(cls):
            continue
        parameters = inspect.signature(cls.__init__).parameters.values()
        if all(p.kind is not p.VAR_KEYWORD for p in parameters):
            return True
        if cls.__module__.partition('.')[0] not in _OWN:
            return False
    return False


def _called(
    cfg: Mapping[str, Any], task: str
) -> Iterator[tuple[str, Mapping[str, Any], Callable, tuple[str, ...]]]:
    """What is given to a function: key, values, the function, further ones."""
    parts = [
        (f'{task}_dataloader', DataLoader, _OF_LOADER),
        ('randomness', Runner.set_randomness, ()),
    ]
    for key, taker, more in parts:
        if isinstance(cfg.get(key), Mapping):
            yield key, cfg[key], taker, more
    processes = (cfg.get('env_cfg') or {}).get('mp_cfg') or {}
    yield 'env_cfg.mp_cfg', processes, set_multi_processing, ()
    clip = (cfg.get('optim_wrapper') or {}).get('clip_grad')
    if task == 'train' and clip:
        key = 'optim_wrapper.clip_grad'
        kind = clip.get('type', 'norm')
        require_choice(f'{key}.type', kind, tuple(_CLIPPING))
        yield key, clip, _CLIPPING[kind], ('type',)


def _check_words(cfg: Mapping[str, Any]) -> None:
    """Names that are looked up in no registry."""
    level = cfg.get('log_level')
    if isinstance(level, str):
        levels = tuple(logging.getLevelNamesMapping())
        require_choice('log_level', level, levels)
    processes = (cfg.get('env_cfg') or {}).get('mp_cfg') or {}
    if (method := processes.get('mp_start_method')) is not None:
        # Not those of this system: mmengine asks for none on Windows.
        require_choice('env_cfg.mp_cfg.mp_start_method', method, _STARTS)
