"""The one name that ``mmaction.models.localizers`` takes from here."""

from typing import Any


class DRN:
    """Placeholder of mmaction2's DRN localizer: cannot be built."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError(
            "DRN is missing from mmaction2's wheel; install mmaction2 from "
            'its source repository to use it'
        )
