"""The main job: train ST-CLIP on ZS-Stage and see it find unseen actions.

    make demo

Renders the single-action track, detects the persons of the test videos, tests
plain CLIP, trains and tests ST-CLIP on label split 1 and shows both side by
side. Leaves an annotated video and a contact sheet of test videos of the
unseen actions in work_dirs/demo. What is done already is not done again.
"""

import sys
import time
from pathlib import Path

from experiments import (
    ROOT,
    Method,
    last_checkpoint,
    prepare,
    run,
    zs_stage_steps,
)
from mmengine.config import Config
from tqdm import tqdm

from stclip.apis.inferencer import ActionInferencer
from stclip.apis.video_actions import VideoActions
from stclip.labels.label_split import read_label_split
from stclip.utils.io import read_json
from stclip.video import VideoWriter, save_image
from stclip.visualization import contact_sheet

OUT = ROOT / 'work_dirs/demo'
CONFIG = ROOT / 'configs/zs_stage_single.py'
SEED = 0
BASELINE = Method(
    'CLIP', 'ablation/zs_stage_single_person_crop', trained=False
)
STCLIP = Method('ST-CLIP', 'zs_stage_single')
ROWS = {
    'detected boxes': 'detected/frame_mAP@0.5',
    'detected boxes, soft voting': 'detected/voted/frame_mAP@0.5',
    'ground-truth boxes': 'ground_truth/frame_mAP@0.5',
    'ground-truth boxes, soft voting': 'ground_truth/voted/frame_mAP@0.5',
}
# Rendered videos are short: a keyframe every half second.
KEYFRAME_STRIDE = 4
FPS = 8


def folder_of(method: Method) -> Path:
    """Where a method's run keeps its files."""
    return OUT / Path(method.config).name


def compare(methods: tuple[Method, ...]) -> str:
    """Frame mAP on the unseen actions, a column for each method."""
    metrics = [read_json(folder_of(m) / 'metrics.json') for m in methods]
    heads = ''.join(f'{method.name:>10}' for method in methods)
    lines = [f'{"frame mAP@0.5 on unseen actions, %":36}{heads}']
    for row, key in ROWS.items():
        cells = ''.join(f'{100 * values[key]:10.2f}' for values in metrics)
        lines.append(f'{row:36}{cells}')
    return '\n'.join(lines)


def find_actions() -> dict[str, VideoActions]:
    """Look at one test video of each unseen action, as tools/demo.py does."""
    checkpoint = last_checkpoint(folder_of(STCLIP))
    cfg = Config.fromfile(CONFIG)
    infer = ActionInferencer(cfg, checkpoint)
    actions = read_label_split(
        ROOT / cfg.test_dataloader.dataset.label_split
    ).test
    found = {}
    for action in tqdm(actions, desc='annotating', unit='video'):
        video = ROOT / f'data/zs_stage/single/frames/{action}_test_00'
        found[action] = infer(video, actions, stride=KEYFRAME_STRIDE)
    return found


def draw(found: dict[str, VideoActions]) -> None:
    """Write all videos as one, and a sheet that names the true actions."""
    images, captions = [], []
    with VideoWriter(OUT / 'unseen_actions.mp4', FPS) as writer:
        for action, result in found.items():
            for image in result.annotated_frames(top=1):
                writer.write(image)
            picture, _ = result.annotated_keyframes(1, top=2)
            images += picture
            captions.append(f'true: {action.replace("_", " ")}')
    save_image(OUT / 'unseen_actions.png', contact_sheet(images, captions))


def main() -> None:
    """Do the whole job."""
    start = time.monotonic()
    prepare(zs_stage_steps('single'), OUT)
    for method in (BASELINE, STCLIP):
        folder = folder_of(method)
        done = (folder / 'metrics.json').is_file()
        if not done and not run(method, SEED, folder):
            sys.exit(f'{method.name} failed, see the logs in {folder}')
    draw(find_actions())
    print(f'\n{compare((BASELINE, STCLIP))}\n')
    print(f'annotated video: {OUT / "unseen_actions.mp4"}')
    print(f'contact sheet:   {OUT / "unseen_actions.png"}')
    print(f'{time.monotonic() - start:.0f} s in all')


if __name__ == '__main__':
    main()
