"""Commands that are killed again and again, and what has to be left of them.

Each job runs in a folder of its own that holds a copy of its inputs, by paths
below it, so that results of two runs can be compared byte by byte.
"""

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import av
import pyarrow.parquet as pq
import stand_ins
import torch

from stclip.zs_stage.tracks import VideoPlan, render_video

ROOT = Path(__file__).parents[2]
PRETRAINED = ROOT / 'data' / 'pretrained'
DETECTOR = [
    str(ROOT / 'configs/person_detector/zs_stage_tiny.py'),
    f'--checkpoint={PRETRAINED}/tiny_person_detector/tiny_person_detector.pth',
]
ACTIONS = [f'action {k}' for k in range(60)]
ITERS = 8
SIZE = 96
BATCH = 2
FILM = 'clap_test_00'
FILMS = 5
_DATASETS = [f'{part}_dataloader.dataset' for part in ('train', 'test')]
#: ZS-JHMDB's configs with a small model, few steps and every step saved.
SMALL = [
    '--cfg-options',
    f'model.clip.arch={PRETRAINED}/tiny_clip/open_clip_config.json',
    f'model.clip.pretrained={PRETRAINED}/tiny_clip/tiny_clip.pt',
    f'train_cfg.max_iters={ITERS}',
    'train_dataloader.batch_size=2',
    'train_dataloader.num_workers=1',
    'test_dataloader.num_workers=1',
    'default_hooks.checkpoint.interval=1',
    'default_hooks.logger.interval=1',
    'test_dataloader.dataset.det_file=detections/test.json',
    'test_evaluator.1.tube_file=jhmdb/annotations/tubes.json',
    'test_evaluator.1.linking.min_length=5',
    *(f'{name}.data_root=jhmdb' for name in _DATASETS),
    *(f'{name}.pipeline.0.size={SIZE}' for name in _DATASETS),
    f'train_dataloader.dataset.pipeline.2.size={SIZE}',
    f'test_dataloader.dataset.pipeline.1.size={SIZE}',
]
CONFIG = str(ROOT / 'configs/zs_jhmdb_split1.py')


@dataclass(frozen=True)
class Job:
    """A command, and how its work is looked at.

    Args:
        words: Of ``stclip``; ``{llm}`` stands for the model's address.
        needs: Jobs whose results are inputs.
        again: Words added when it goes on, as the documentation says.
        results: Globs of what has to be equal to an undisturbed run's; of
            files below folders named by the time, the newest counts.
        lay_out: Makes inputs that no other job makes.
        done: What is finished in a folder, by name.
        redone: Which of that a later run has done again, from its folder,
            what was finished before, and what the run printed.
        over: Whether all was finished, so that it is not run again.
    """

    words: list[str]
    needs: tuple[str, ...] = ()
    again: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    lay_out: Callable[[Path], None] = lambda folder: None
    done: Callable[[Path], dict] = lambda folder: {}
    redone: Callable[[Path, dict, str], list] = lambda *_: []
    over: Callable[[Path], bool] = lambda folder: False


def times_of(pattern, folder):
    """When finished files were written."""
    return {
        str(path.relative_to(folder)): path.stat().st_mtime_ns
        for path in folder.glob(pattern)
    }


def written_again(pattern, folder, before, _):
    now = times_of(pattern, folder)
    return [name for name in before if now.get(name) != before[name]]


def whole_lines(path):
    return path.read_bytes().split(b'\n')[:-1]


def lines_of(pattern, header, folder):
    """Numbers of pieces in files that grow."""
    return {
        f'{path.name}:{index}': 1
        for path in folder.glob(pattern)
        for index, _ in enumerate(whole_lines(path)[header:])
    }


def looked_at_again(videos, folder, before, printed):
    """The bar begins with the number of videos that are left."""
    left = re.search(r'\b0/(\d+)', printed)
    left = int(left[1]) if left else 0
    # Nothing is known of a run that had ended all but its last word.
    return [] if not before else [*range(left - (videos - len(before)))]


def last_step(folder):
    mark = folder / 'run' / 'last_checkpoint'
    if not mark.is_file():
        return {}
    return {'step': int(re.search(r'iter_(\d+)', mark.read_text())[1])}


def trained_again(folder, before, _):
    logs = sorted(folder.glob('run/*/vis_data/scalars.json'))
    steps = [json.loads(line)['step'] for line in logs[-1].open()]
    if not before or before['step'] == ITERS:
        return []
    return [step for step in steps[:1] if step != before['step'] + 1]


def asked_again(folder, before, printed):
    asked = int(re.search(r'asked (\d+)', printed)[1])
    return [*range(asked - (len(ACTIONS) - len(before)))]


def classified_again(_, before, printed):
    """The bar begins where the looking does; half a batch is done again."""
    start = re.search(r'looking.*? (\d+)/\d+ ', printed)
    kept = len(before) // BATCH * BATCH
    return [*range(int(start[1]), kept)] if start else []


def is_annotated(folder):
    """The kept lines are removed last."""
    return (folder / f'out/{FILM}.mp4').exists() and not (
        folder / f'out/{FILM}.jsonl'
    ).exists()


def write_film(folder):
    render_video(VideoPlan('single', 'test', 'clap', 0, 24), folder, 'video')


def write_films(folder):
    """Short ones of one scene, each of which is a video of a corpus."""
    plan = VideoPlan('single', 'test', 'clap', 0, 24)
    render_video(plan, folder, 'video')
    film = folder / f'single/videos/{FILM}.mp4'
    for number in range(FILMS):
        shutil.copy(film, film.with_name(f'{number}.mp4'))


def write_labels(folder):
    lines = [f'{name}\twhat {name} is\n' for name in ACTIONS]
    (folder / 'mine.txt').write_text('\n'.join(ACTIONS))
    (folder / 'mine.tsv').write_text(''.join(lines))


def _corpus(out):
    """What stands in the folder of a corpus."""
    return (f'{out}/videos/*/*', f'{out}/summary/*', f'{out}/detections/*')


_ANNOTATE = 'annotate-corpus'
_DETECT = 'detect-persons'
_RECORD = 'stage/single/*/*.json'
_FINISHED = 'bench/*/**/[mt]*.json'  # metrics.json, trained.json
_PARTS = 'jhmdb/detections/test.json.parts/*.jsonl'
_LOOKED_AT = 'jhmdb/annotations/media.json.parts/*.jsonl'
_STAGE = '--out stage --size tiny --tracks single'
_LABELS = '--labels mine.txt --descriptions mine.tsv --model m --number 3'
_TEST_VIDEOS = sum(each[2] == 'test' for each in stand_ins.JHMDB.values())
JOBS = {
    'prepare zs-stage': Job(
        ['prepare', 'zs-stage', *_STAGE.split()],
        results=('stage/**/*.*',),
        done=partial(times_of, _RECORD),
        redone=partial(written_again, _RECORD),
    ),
    'prepare jhmdb': Job(
        ['prepare', 'jhmdb', '--root=jhmdb', '--workers=2'],
        lay_out=lambda folder: stand_ins.lay_out_jhmdb(folder / 'jhmdb'),
        results=('jhmdb/annotations/*',),
        done=partial(lines_of, _LOOKED_AT, 1),
        redone=partial(looked_at_again, len(stand_ins.JHMDB)),
    ),
    _DETECT: Job(
        [
            *(_DETECT, *DETECTOR, '--videos=jhmdb/frames', '--batch-size=2'),
            '--annotations=jhmdb/annotations/test.json',
            '--out=jhmdb/detections/test.json',
        ],
        needs=('prepare jhmdb',),
        results=('jhmdb/detections/*',),
        # A result that is whole is kept unless asked.
        again=('--overwrite',),
        done=partial(lines_of, _PARTS, 1),
        redone=partial(looked_at_again, _TEST_VIDEOS),
    ),
    'train': Job(
        ['train', CONFIG, '--work-dir=run', '--seed=0', *SMALL],
        needs=('prepare jhmdb',),
        again=('--resume',),
        results=('run/*.pth', 'run/last_checkpoint'),
        done=last_step,
        redone=trained_again,
    ),
    'test': Job(
        ['test', CONFIG, f'run/iter_{ITERS}.pth', '--work-dir=tested', *SMALL],
        needs=(_DETECT, 'train'),
        results=('tested/*/*.json', 'tested/*/*.csv'),
    ),
    'benchmark': Job(
        [
            *('benchmark', 'zs_jhmdb', '--splits=1', '--seeds=0'),
            *('--out=bench', '--rows=ST-CLIP', *SMALL),
        ],
        needs=(_DETECT,),
        results=('bench/*.*', 'bench/*/*/*.pth', 'bench/*/*/*/metrics.json'),
        done=partial(times_of, _FINISHED),
        redone=partial(written_again, _FINISHED),
    ),
    'infer': Job(
        [
            *('infer', f'single/videos/{FILM}.mp4', '--labels=wave, sit, run'),
            *('--model=stage', '--out=out', '--stride=1'),
            f'--batch-size={BATCH}',
        ],
        lay_out=write_film,
        again=('--resume',),
        results=('out/*',),
        done=partial(lines_of, 'out/*.jsonl', 1),
        redone=classified_again,
        over=is_annotated,
    ),
    _ANNOTATE: Job(
        [
            *(_ANNOTATE, 'single/videos', '--labels=wave, sit, run'),
            *('--model=stage', '--out=out', '--stride=4', '--keep-features'),
        ],
        lay_out=write_films,
        results=_corpus('out'),
        done=partial(times_of, 'out/videos/*/[!.]*.json'),
        redone=partial(written_again, 'out/videos/*/[!.]*.json'),
    ),
    'score-corpus': Job(
        ['score-corpus', 'out', '--labels=drink, clap', '--out=scored'],
        needs=(_ANNOTATE,),
        results=_corpus('scored'),
        done=partial(times_of, 'scored/videos/*/[!.]*.json'),
        redone=partial(written_again, 'scored/videos/*/[!.]*.json'),
    ),
    'attributes': Job(
        [
            *('attributes', 'generate', *_LABELS.split()),
            *('--llm={llm}', '--out=out.jsonl'),
        ],
        lay_out=write_labels,
        results=('out.jsonl',),
        done=partial(lines_of, 'out.jsonl.answers.jsonl', 0),
        redone=asked_again,
    ),
}


def results_of(job, folder):
    """Contents of a job's results by name."""
    contents = {}
    for pattern in job.results:
        for path in sorted(folder.glob(pattern)):
            if not path.is_file():
                continue
            name = str(path.relative_to(folder))
            # Later folders replace earlier ones.
            name = re.sub(r'\d{8}_\d{6}', 'TIME', name)
            # Digits of paths, and the folders that go by them.
            name = re.sub(r'\w\w/([^/]*)(-[0-9a-f]{16}){2}', r'\1', name)
            contents[name] = content_of(path, folder)
    return contents


def content_of(path, folder):
    """Bytes, or of checkpoints and films what two runs have in common."""
    if path.suffix == '.pth':
        state = torch.load(path, weights_only=True)
        parts = ('state_dict', 'optimizer', 'param_schedulers')
        return {part: state[part] for part in parts}
    if path.suffix == '.mp4':
        # The encoder's bytes are not those of another run, nobody disturbed.
        with av.open(str(path)) as film:
            frames = film.decode(video=0)
            return [(f.pts, f.width, f.height) for f in frames]
    if path.suffix == '.parquet':
        return rows_of(path, folder)
    content = path.read_bytes().replace(str(folder).encode(), b'FOLDER')
    # When an answer came.
    content = re.sub(rb'"created": "[^"]+"', b'', content)
    if b'"corpus": {' in content:
        value = json.loads(content)
        del value['corpus']['seconds']
        return value
    if 'tested' in path.parts and path.suffix == '.json':
        values = json.loads(content)
        if isinstance(values, dict):
            # Seconds of loading and computing.
            clock = ('time', 'data_time')
            return {k: v for k, v in values.items() if k not in clock}
    return content


def rows_of(path, folder):
    """Rows of a table, without paths and how long it took."""
    rows = pq.read_table(path).to_pylist()
    for row in rows:
        row['path'] = row['path'].replace(str(folder), 'FOLDER')
        row.pop('seconds', None)
        row.pop('result', None)
    # Videos come in the order of those digits.
    return sorted(rows, key=lambda row: row['path'])


def is_equal(value, other):
    """Equality to the last bit, of tensors too."""
    if isinstance(value, torch.Tensor):
        return torch.equal(value, other)
    if isinstance(value, dict):
        return value.keys() == other.keys() and all(
            is_equal(value[key], other[key]) for key in value
        )
    if isinstance(value, (list, tuple)):
        return len(value) == len(other) and all(map(is_equal, value, other))
    return value == other
