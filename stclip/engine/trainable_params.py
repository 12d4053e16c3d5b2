"""The optimizer gets the trainable parameters and nothing else."""

from collections.abc import Iterator

from mmengine.logging import print_log
from mmengine.optim import DefaultOptimWrapperConstructor, OptimWrapper
from torch import nn
from torch.nn.modules.batchnorm import _NormBase

from stclip.registry import (
    OPTIM_WRAPPER_CONSTRUCTORS,
    OPTIM_WRAPPERS,
    OPTIMIZERS,
)
from stclip.utils.errors import UserError

_NORMS = (_NormBase, nn.GroupNorm, nn.LayerNorm)
PARAMWISE_OPTIONS = (
    'custom_keys',
    'bias_lr_mult',
    'bias_decay_mult',
    'norm_decay_mult',
)


@OPTIM_WRAPPER_CONSTRUCTORS.register_module()
class TrainableParamsConstructor(DefaultOptimWrapperConstructor):
    """Builds the optimizer from the parameters that require a gradient.

    Differs from MMEngine's constructor: frozen parameters never enter (there
    they do unless ``paramwise_cfg`` is given, and then each costs a line in
    the log), and parameters with equal options share one group, the first
    group being the one with the plain learning rate.

    Args:
        optim_wrapper_cfg: As in MMEngine.
        paramwise_cfg: ``custom_keys``, ``bias_lr_mult``, ``bias_decay_mult``
            and ``norm_decay_mult`` with MMEngine's meaning: the longest
            custom key that is part of a parameter's name decides alone; the
            bias multipliers spare normalisation layers. Beyond MMEngine, a
            custom key may have bias multipliers of its own: they multiply
            the key's, for the biases it decides on, of norms, too.

    Raises:
        ValueError: For another option in ``paramwise_cfg``, or (when called)
            a model without trainable parameters.
    """

    def __init__(
        self, optim_wrapper_cfg: dict, paramwise_cfg: dict | None = None
    ) -> None:
        super().__init__(optim_wrapper_cfg, paramwise_cfg)
        unknown = sorted(set(self.paramwise_cfg) - set(PARAMWISE_OPTIONS))
        if unknown:
            raise UserError(
                f'unknown options in paramwise_cfg: {unknown}; '
                f'known: {", ".join(PARAMWISE_OPTIONS)}'
            )

    def __call__(self, model: nn.Module) -> OptimWrapper:
        """Build the optimizer wrapper of ``model``, wrapped or not."""
        groups = self._groups(getattr(model, 'module', model))
        optimizer = OPTIMIZERS.build(dict(self.optimizer_cfg, params=groups))
        return OPTIM_WRAPPERS.build(
            {'type': 'OptimWrapper', **self.optim_wrapper_cfg},
            default_args=dict(optimizer=optimizer),
        )

    def _groups(self, model: nn.Module) -> list[dict]:
        grouped: dict[tuple, list] = {(): []}
        frozen = 0
        for name, parameter, in_norm in _unique_parameters(model):
            if not parameter.requires_grad:
                frozen += parameter.numel()
                continue
            options = tuple(sorted(self._options(name, in_norm).items()))
            grouped.setdefault(options, []).append(parameter)
        groups = [
            dict(options, params=params)
            for options, params in grouped.items()
            if params
        ]
        if not groups:
            raise UserError(
                f'{type(model).__name__} has no trainable parameter: '
                'every one of them has requires_grad=False'
            )
        trained = sum(p.numel() for g in groups for p in g['params'])
        print_log(
            f'Training {trained:,} parameters; {frozen:,} are frozen',
            logger='current',
        )
        return groups

    def _options(self, name: str, in_norm: bool) -> dict[str, float]:
        """What one parameter's group states beside the defaults."""
        cfg = self.paramwise_cfg
        custom = cfg.get('custom_keys', {})
        is_bias = name.rpartition('.')[2] == 'bias'
        key = max(
            sorted(key for key in custom if key in name),
            key=len,
            default=None,
        )
        if key is not None:
            options = dict(custom[key])
            lr_mult = options.pop('lr_mult', 1.0)
            decay_mult = options.pop('decay_mult', 1.0)
            of_biases = (
                options.pop('bias_lr_mult', 1.0),
                options.pop('bias_decay_mult', 1.0),
            )
            if is_bias:
                lr_mult *= of_biases[0]
                decay_mult *= of_biases[1]
        else:
            options = {}
            lr_mult = decay_mult = 1.0
            if in_norm:
                decay_mult = cfg.get('norm_decay_mult', 1.0)
            elif is_bias:
                lr_mult = cfg.get('bias_lr_mult', 1.0)
                decay_mult = cfg.get('bias_decay_mult', 1.0)
        if lr_mult != 1.0:
            options['lr'] = self.base_lr * lr_mult
        if decay_mult != 1.0:
            options['weight_decay'] = self.base_wd * decay_mult
        return options


def _unique_parameters(
    model: nn.Module,
) -> Iterator[tuple[str, nn.Parameter, bool]]:
    """Name, parameter and "belongs to a normalisation layer", shared once."""
    seen = set()
    for prefix, module in model.named_modules():
        for name, parameter in module.named_parameters(recurse=False):
            if parameter in seen:
                continue
            seen.add(parameter)
            full_name = f'{prefix}.{name}' if prefix else name
            yield full_name, parameter, isinstance(module, _NORMS)
