"""The main job on ZS-Stage: train ST-CLIP, compare it with CLIP, draw it."""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from stclip.apis.inferencer import ActionInferencer
from stclip.benchmarking.accuracy.rows import Run
from stclip.benchmarking.accuracy.runs import Bench
from stclip.benchmarking.accuracy.stage import track_rows, track_tables
from stclip.benchmarking.accuracy.tables import Table
from stclip.benchmarking.zs_stage_data import prepare, steps_of
from stclip.engine.config_options import parse_options
from stclip.labels.label_split import read_label_split
from stclip.results.video_actions import VideoActions
from stclip.utils.errors import UserError
from stclip.utils.outputs import own_folder
from stclip.utils.resources import resolve
from stclip.video import VideoWriter, save_image
from stclip.visualization import contact_sheet

_SEED, _FOLD = 0, 1
_TRACK = 'single'
# The row of ZS-Stage's table beside the controls that need no training.
_ROW = '+ context prompting'
_ITERATIONS = 100
_LEFT_OUT = (
    'CLIP tuned on seen actions, the strongest control, is not trained here: '
    'docs/zs_stage.md'
)
_MEASURES = {
    'detected boxes': 'detected/frame_mAP@0.5',
    'true boxes': 'ground_truth/frame_mAP@0.5',
}
# Rendered videos are short: a keyframe every half second.
_KEYFRAME_STRIDE = 4
_FPS = 8


def run(out: Path, options: Sequence[str] = ()) -> None:
    """Do what is not done yet, and print the comparison.

    Args:
        out: Absolute folder of the videos, the runs, the film and the sheet.
        options: ``KEY=VALUE`` each, for all runs.

    Raises:
        UserError: If a step fails.
    """
    start = time.monotonic()
    data = out / 'zs_stage'
    table, *_ = track_tables(_TRACK, _titles(), (_FOLD,))
    bench = Bench(out, (_SEED,), (*_settings(data), *options))
    with own_folder(out, '--out'):
        prepare(steps_of([_TRACK], str(data), 'demo'), out)
        total = bench.run([table])
        if bench.failed:
            raise UserError(f'{len(bench.failed)} of {total} runs failed')
        draw(find_actions(bench, table.rows[_ROW][0]), out)
    print(f'\n{compare(bench, table)}\n')
    print(f'annotated video: {out / "unseen_actions.mp4"}')
    print(f'contact sheet:   {out / "unseen_actions.png"}')
    print(f'{time.monotonic() - start:.0f} s in all')


def _titles() -> tuple[str, ...]:
    """The controls that need no training, and ST-CLIP."""
    controls = [
        row.title
        for row in track_rows([_TRACK])
        if row.control and not row.run.model.trained
    ]
    return *controls, _ROW


def _settings(data: Path) -> tuple[str, ...]:
    """Values of all runs: where the videos are, and a short training."""
    root = data / _TRACK
    return (
        f'train_cfg.max_iters={_ITERATIONS}',
        f'train_dataloader.dataset.data_root={root}',
        f'test_dataloader.dataset.data_root={root}',
    )


def compare(bench: Bench, table: Table) -> str:
    """Frame mAP on the unseen actions, a line for each method."""
    width = max(map(len, table.rows))
    lines = [
        'frame mAP@0.5 on unseen actions, %',
        ' ' * width + ''.join(f'{name:>16}' for name in _MEASURES),
    ]
    for title, (run,) in table.rows.items():
        values = [bench.values(run, key)[0] for key in _MEASURES.values()]
        cells = ''.join(f'{100 * value:16.2f}' for value in values)
        lines.append(f'{title:{width}}{cells}')
    lines.append(_LEFT_OUT)
    return '\n'.join(lines)


def find_actions(bench: Bench, run: Run) -> dict[str, VideoActions]:
    """Look at one test video of each unseen action, as tools/demo.py does."""
    cfg = bench.config_of(run.model, _SEED)
    cfg.merge_from_dict(parse_options(bench.options))
    infer = ActionInferencer(cfg, bench.checkpoint(run.model, _SEED))
    dataset = cfg.test_dataloader.dataset
    actions = read_label_split(resolve(dataset.label_split)).test
    folder = Path(dataset.data_root, dataset.data_prefix.video)
    return {
        action: infer(
            folder / f'{action}_test_00', actions, stride=_KEYFRAME_STRIDE
        )
        for action in tqdm(actions, desc='annotating', unit='video')
    }


def draw(detections: dict[str, VideoActions], out: Path) -> None:
    """Write all videos as one, and a sheet that names the true actions."""
    images, captions = [], []
    with VideoWriter(out / 'unseen_actions.mp4', _FPS) as writer:
        for action, result in detections.items():
            # Frames of one size: a timeline is as high as there are persons.
            result = replace(result, segments=())
            for image, _ in result.annotated_frames(top=1):
                writer.write(image)
            picture, _ = result.annotated_keyframes(1, top=2)
            images += picture
            captions.append(f'true: {action.replace("_", " ")}')
    save_image(out / 'unseen_actions.png', contact_sheet(images, captions))
