"""A video for who has none at hand: rendered by the package itself."""

import threading
from pathlib import Path

from stclip.zs_stage.tracks import SIZES, plan_track, render_video

#: A person kneels and drinks, another one runs with a flag.
_NAME = 'crowd_test_001'
#: What may be asked of it; the first four are true.
SAMPLE_LABELS = (
    *('kneel', 'drink', 'run', 'wave flag'),
    *('walk', 'sit', 'lie'),
)
_lock = threading.Lock()


def sample_video(folder: Path) -> Path:
    """A video of ZS-Stage, rendered when it is first asked for.

    Args:
        folder: Where it is kept, with its record beside it.

    Returns:
        An mp4 of five seconds.
    """
    plan = next(
        plan
        for plan in plan_track('multi', SIZES['full'])
        if plan.name == _NAME
    )
    with _lock:
        render_video(plan, folder, 'video')
    return folder / 'multi' / 'videos' / f'{_NAME}.mp4'
