"""Types and arguments that a config names, held against what there is.

Registries would find them one by one while building, the model's weights
first; here they are looked at before anything is built. Parts of other
packages answer for their own arguments: some take them out of the config
before they reach the class.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mmengine.registry import DefaultScope, Registry

from stclip import registry
from stclip.utils.choices import nearest
from stclip.utils.config_types import type_name
from stclip.utils.errors import UserError


def check_types(cfg: Mapping[str, Any], task: str) -> None:
    """Look at the parts that a task builds.

    Args:
        cfg: The whole config.
        task: ``'train'``, ``'val'`` or ``'test'``.

    Raises:
        UserError: For a type that no registry has, or an argument that a
            part of ours does not take; names the config's key and the
            nearest word.
    """
    if cfg.get('default_scope') != registry.DEFAULT_SCOPE:
        return  # plain names are then those of another package
    with DefaultScope.overwrite_default_scope(registry.DEFAULT_SCOPE):
        for where, given, kinds in parts_of(cfg, task):
            # What names another scope is that package's affair.
            if (
                isinstance(given, Mapping)
                and isinstance(given.get('type'), (str, type))
                and '_scope_' not in given
            ):
                check_part(where, given, kinds, _is_ours)


def parts_of(
    cfg: Mapping[str, Any], task: str
) -> Iterator[tuple[str, Any, Registry]]:
    """Key, value and registry of what a task builds from a config."""
    yield from _models('model', cfg.get('model'))
    loader = cfg.get(f'{task}_dataloader') or {}
    where = f'{task}_dataloader.dataset'
    yield from _data_sets(where, loader.get('dataset'))
    if task != 'train':
        key = f'{task}_evaluator'
        yield from _each(key, cfg.get(key), registry.METRICS)
    for name, hook in (cfg.get('default_hooks') or {}).items():
        yield f'default_hooks.{name}', hook, registry.HOOKS
    yield from _each('custom_hooks', cfg.get('custom_hooks'), registry.HOOKS)


def _models(where: str, value: Any) -> Iterator[tuple[str, Any, Registry]]:
    """A model and the models that it is given as arguments."""
    if not isinstance(value, Mapping) or '_scope_' in value:
        return
    if isinstance(value.get('type'), (str, type)):
        yield where, value, registry.MODELS
        part = registry.MODELS.get(value['type'])
        if part is None or not _is_ours(part):
            return
    for key, inner in value.items():
        yield from _models(f'{where}.{key}', inner)


def _data_sets(where: str, value: Any) -> Iterator[tuple[str, Any, Registry]]:
    """A data set, its pipeline, and the data sets inside it."""
    if not isinstance(value, Mapping) or '_scope_' in value:
        return
    yield where, value, registry.DATASETS
    pipeline = value.get('pipeline')
    yield from _each(f'{where}.pipeline', pipeline, registry.TRANSFORMS)
    yield from _data_sets(f'{where}.dataset', value.get('dataset'))
    for index, inner in enumerate(value.get('datasets') or ()):
        yield from _data_sets(f'{where}.datasets.{index}', inner)


def _each(
    where: str, values: Any, kinds: Registry
) -> Iterator[tuple[str, Any, Registry]]:
    if isinstance(values, Mapping):
        yield where, values, kinds
    elif isinstance(values, (list, tuple)):
        for index, value in enumerate(values):
            yield f'{where}.{index}', value, kinds


def check_part(
    where: str,
    given: Mapping[str, Any],
    kinds: Registry,
    is_closed: Callable[[Any], bool],
) -> None:
    """Look up a part, and its arguments where its signature tells them all.

    Args:
        where: Its key in the config.
        given: Its config.
        kinds: Where its type is looked up.
        is_closed: Whether a part takes what its signature names and nothing
            else.

    Raises:
        UserError: For a type or an argument that there is not.
    """
    name = type_name(given['type'])
    part = kinds.get(given['type'])
    if part is None:
        raise UserError(
            f'{where}: there is no {kinds.name} named {given["type"]!r}'
            f'{nearest(given["type"], list(_names(kinds)))}'
        )
    if is_closed(part):
        names = argument_names(part) | {'type'}
        check_arguments(where, given, name, names)


def check_arguments(
    where: str, given: Mapping[str, Any], name: str, known: set[str]
) -> None:
    """Refuse arguments that a part does not take.

    Args:
        where: Its key in the config.
        given: The arguments.
        name: Of the part.
        known: What it takes.

    Raises:
        UserError: With the nearest that it does take.
    """
    for argument in given:
        if argument not in known:
            raise UserError(
                f'{where}.{argument}: {name} has no argument {argument!r}'
                f'{nearest(argument, sorted(known))}'
            )


def _is_ours(part: Any) -> bool:
    return part.__module__.startswith('stclip.')


def _names(kinds: Registry | None) -> Iterator[str]:
    """Names in a registry and in those above it."""
    while kinds is not None:
        yield from kinds.module_dict
        kinds = kinds.parent


def argument_names(part: type) -> set[str]:
    """Names of what a class takes.

    ``**kwargs`` stands for the arguments of its parents.
    """
    names: set[str] = set()
    for cls in part.__mro__:
        if '__init__' not in vars(cls):
            continue
        parameters = inspect.signature(cls.__init__).parameters
        names |= set(parameters)
        kinds = {parameter.kind for parameter in parameters.values()}
        if inspect.Parameter.VAR_KEYWORD not in kinds:
            break
    return names - {'self'}
