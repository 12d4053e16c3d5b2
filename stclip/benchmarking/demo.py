"""The main job on ZS-Stage: train ST-CLIP, compare it with CLIP, draw it."""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from stclip.apis.inferencer import ActionInferencer
from stclip.benchmarking.accuracy.rows import Run
from stclip.benchmarking.accuracy.runs import Bench, read_config
from stclip.benchmarking.accuracy.stage import track_tables
from stclip.benchmarking.zs_stage_data import prepare, steps_of
from stclip.labels.label_split import read_label_split
from stclip.results.video_actions import VideoActions
from stclip.utils.errors import UserError
from stclip.utils.outputs import own_folder
from stclip.utils.resources import resolve
from stclip.video import VideoWriter, save_image
from stclip.visualization import contact_sheet

_SEED, _FOLD = 0, 1
# Names in the comparison, and the rows of ZS-Stage's table that they are.
_METHODS = {'CLIP': 'CLIP, person crop', 'ST-CLIP': '+ context prompting'}
_MEASURES = {
    'detected boxes': 'detected/frame_mAP@0.5',
    'detected boxes, soft voting': 'detected/voted/frame_mAP@0.5',
    'ground-truth boxes': 'ground_truth/frame_mAP@0.5',
    'ground-truth boxes, soft voting': 'ground_truth/voted/frame_mAP@0.5',
}
# Rendered videos are short: a keyframe every half second.
_KEYFRAME_STRIDE = 4
_FPS = 8


def run(out: Path, options: Sequence[str] = ()) -> None:
    """Do what is not done yet, and print the comparison.

    Args:
        out: Absolute folder of the runs, the video and the sheet.
        options: ``KEY=VALUE`` each, for both runs.

    Raises:
        UserError: If a step fails.
    """
    start = time.monotonic()
    table, *_ = track_tables('single', tuple(_METHODS.values()), (_FOLD,))
    runs = {name: table.rows[title][0] for name, title in _METHODS.items()}
    bench = Bench(out, (_SEED,), options)
    with own_folder(out, '--out'):
        prepare(steps_of(['single']), out)
        bench.run([table])
        if bench.failed:
            raise UserError(f'{len(bench.failed)} of {len(runs)} runs failed')
        draw(find_actions(bench, runs['ST-CLIP']), out)
    print(f'\n{compare(bench, runs)}\n')
    print(f'annotated video: {out / "unseen_actions.mp4"}')
    print(f'contact sheet:   {out / "unseen_actions.png"}')
    print(f'{time.monotonic() - start:.0f} s in all')


def compare(bench: Bench, runs: dict[str, Run]) -> str:
    """Frame mAP on the unseen actions, a column for each method."""
    heads = ''.join(f'{name:>10}' for name in runs)
    lines = [f'{"frame mAP@0.5 on unseen actions, %":36}{heads}']
    for measure, metric in _MEASURES.items():
        values = [bench.values(run, metric)[0] for run in runs.values()]
        cells = ''.join(f'{100 * value:10.2f}' for value in values)
        lines.append(f'{measure:36}{cells}')
    return '\n'.join(lines)


def find_actions(bench: Bench, run: Run) -> dict[str, VideoActions]:
    """Look at one test video of each unseen action, as tools/demo.py does."""
    cfg = read_config(run.model.config)
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
