"""The film and the sheet of the demo, of videos with few and many persons."""

from pathlib import Path

import av
import numpy as np
from PIL import Image
from synthetic_media import make_frames, write_frames

from stclip.benchmarking import demo
from stclip.benchmarking.accuracy.runs import Bench
from stclip.benchmarking.accuracy.stage import track_tables
from stclip.labels.label_space import LabelSpace
from stclip.results.keyframe_actions import KeyframeActions
from stclip.results.video_actions import VideoActions
from stclip.tracking.following import with_segments
from stclip.utils.io import write_json


def result_of(folder, persons):
    """A video of six frames whose persons wave all along."""
    write_frames(folder, make_frames(6, 64, 80))
    boxes = np.array([[9 * k, 5, 9 * k + 8, 50] for k in range(persons)])
    frames = tuple(
        KeyframeActions(
            frame_idx=index,
            boxes_xyxy=boxes.astype(np.float32),
            box_scores=np.ones(persons, np.float32),
            action_probs=np.tile(np.float32([[0.9, 0.1]]), (persons, 1)),
            track_ids=np.arange(1, persons + 1),
        )
        for index in (0, 3)
    )
    labels = LabelSpace(('wave', 'sit'))
    result = VideoActions(Path(folder), labels, frames, 6, (64, 80), None)
    return with_segments(result)


def test_videos_of_any_number_of_persons_make_one_film(tmp_path):
    results = {
        'wave': result_of(tmp_path / 'a', 1),
        'sit_down': result_of(tmp_path / 'b', 3),
    }
    assert [len(each.segments) for each in results.values()] == [1, 3]
    demo.draw(results, tmp_path)
    with av.open(str(tmp_path / 'unseen_actions.mp4')) as film:
        assert sum(1 for _ in film.decode(video=0)) == 12
    with Image.open(tmp_path / 'unseen_actions.png') as sheet:
        assert sheet.width > sheet.height > 100


def test_controls_stand_beside_the_row(tmp_path):
    """Each line has its own values, and what is missing is said."""
    table, *_ = track_tables('single', demo._titles(), (1,))
    bench = Bench(tmp_path, (0,))
    for rank, (run,) in enumerate(table.rows.values()):
        found = {
            'detected/frame_mAP@0.5': 0.1 * rank,
            'ground_truth/frame_mAP@0.5': 0.11 * rank + 0.005,
        }
        write_json(bench.test_folder(run, 0) / 'metrics.json', found)
    lines = demo.compare(bench, table).splitlines()
    assert [line.split()[-2:] for line in lines[2:-1]] == [
        [f'{10 * rank:.2f}', f'{11 * rank + 0.5:.2f}'] for rank in range(5)
    ]
    assert [line.rsplit(maxsplit=2)[0] for line in lines[2:-1]] == [
        'CLIP, full frame', 'CLIP, person crop', 'CLIP, both views',
        'ST-CLIP, untrained', '+ context prompting',
    ]  # fmt: skip
    assert lines[-1].startswith('CLIP tuned on seen actions, the strongest')
