"""The models that the page offers, loaded when first asked for."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

from stclip.apis.annotation import load_inferencer
from stclip.apis.inferencer import ActionInferencer
from stclip.apis.model_index import action_model, action_models
from stclip.utils.errors import UserError

# In memory at a time.
_MAX_LOADED = 2


class Models:
    """Action models by name; used by one thread at a time.

    Args:
        options: Name -> options of
            :func:`~stclip.apis.annotation.load_inferencer`.
        told: Name -> what is said of the model on the page.
    """

    def __init__(
        self,
        options: Mapping[str, Mapping[str, Any]],
        told: Mapping[str, str],
    ) -> None:
        self.told = dict(told)
        self._options = dict(options)
        self._loaded: OrderedDict[str, ActionInferencer] = OrderedDict()

    @classmethod
    def indexed(cls, names: Sequence[str] = (), **options: Any) -> 'Models':
        """Models of the index.

        Args:
            names: Some of them; empty for all.
            **options: Further ones of
                :func:`~stclip.apis.annotation.load_inferencer`, for each.

        Raises:
            UserError: If there is none of such a name.
        """
        chosen = {name: action_model(name) for name in names}
        chosen = chosen or action_models()
        return cls(
            {name: dict(options, model=name) for name in chosen},
            {
                name: f'measured on: {entry.measured_on}; licence of the '
                f'weights: {entry.licence}'
                for name, entry in chosen.items()
            },
        )

    @property
    def names(self) -> tuple[str, ...]:
        """What can be asked for; the first one is the default."""
        return tuple(self._options)

    def require(self, name: Any) -> str:
        """The name, if there is such a model.

        Raises:
            UserError: If there is none.
        """
        if not isinstance(name, str) or name not in self._options:
            raise UserError(
                f'there is no model {str(name)[:40]!r} here; known: '
                f'{", ".join(self.names)}'
            )
        return name

    def get(self, name: str) -> ActionInferencer:
        """Load a model, unless it was used lately.

        Raises:
            UserError: If it cannot be loaded, as weights are missing.
        """
        self.require(name)
        if name not in self._loaded:
            while len(self._loaded) >= _MAX_LOADED:
                self._loaded.popitem(last=False)
            self._loaded[name] = load_inferencer(**self._options[name])
        self._loaded.move_to_end(name)
        return self._loaded[name]
