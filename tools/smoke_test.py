"""Trial of an installed stclip, outside of any checkout, in half a minute.

    python tools/smoke_test.py

It imports every module, finds every kind of shipped file, builds a model
from the shipped weights, and runs the command on a small video, all in a
temporary folder. The checkout that this file lies in is not used.
"""

import importlib
import json
import os
import pkgutil
import subprocess
import sys
import tempfile
from pathlib import Path

import stclip

PACKAGE = Path(stclip.__file__).parent
LABELS = 'wave, sit, drink'
NUM_FRAMES, SIZE = 12, 96


def import_everything() -> int:
    """Import all modules; how many there are."""
    names = [
        module.name
        for module in pkgutil.walk_packages([str(PACKAGE)], 'stclip.')
    ]
    for name in names:
        importlib.import_module(name)
    return len(names)


def read_shipped_files() -> int:
    """Read all data that comes along by relative names; how many files."""
    from stclip.knowledge.attributes import read_attributes
    from stclip.knowledge.knowledge_graph import read_graphs
    from stclip.labels.label_list import read_label_list
    from stclip.labels.label_split import read_label_split
    from stclip.utils.resources import shipped
    from stclip.utils.text_file import read_yaml

    readers = {
        'data/attributes/*.jsonl': read_attributes,
        'data/knowledge/*.jsonl': read_graphs,
        'data/labels/*.txt': read_label_list,
        'data/splits/*/*.yaml': read_label_split,
        'data/words/*.yaml': lambda path: read_yaml(top / path),
    }
    top = shipped('.')
    assert top == PACKAGE / '.mim', f'{top}: a checkout is in use'
    count = 0
    for pattern, read in readers.items():
        files = sorted(top.glob(pattern))
        assert files, f'{pattern} is missing'
        for file in files:
            assert read(file.relative_to(top)), f'{file} is empty'
        count += len(files)
    for pattern in ('data/published/*.yaml', 'tools/*.py', 'tools/*/*.py'):
        assert list(top.glob(pattern)), f'{pattern} is missing'
    return count


def build_models() -> None:
    """Build models of shipped configs with the shipped weights."""
    from mmengine.config import Config
    from mmengine.hub import get_config

    from stclip.registry import MODELS
    from stclip.utils.resources import resolve

    named = Config.fromfile(resolve('stclip::zs_stage_single.py'))
    assert type(MODELS.build(named.model)).__name__ == 'STCLIP'
    config = get_config('stclip::da_sti/dasti_zs_stage.py')
    assert config.model.type.endswith('DASTIRecognizer')


def run_command() -> None:
    """Run ``stclip`` as a person would, on a video made here."""
    import numpy as np

    from stclip.video import VideoWriter

    command = Path(sys.executable).with_name('stclip')
    call(command, '--help')
    call(command, 'doctor')
    with VideoWriter('video.mp4', fps=10) as writer:
        for index in range(NUM_FRAMES):
            frame = np.full((SIZE, SIZE, 3), 60 + 10 * index, np.uint8)
            writer.write(frame)
    words = ('--labels', LABELS, '--out', 'out', '--model', 'stage')
    call(command, 'infer', 'video.mp4', *words)
    result = json.loads(Path('out/video.json').read_text())
    assert result['num_frames'] == NUM_FRAMES
    assert result['labels'] == LABELS.split(', ')
    assert [k['frame_idx'] for k in result['keyframes']] == [0, 8]
    for name in ('video.mp4', 'video.png'):
        assert Path('out', name).stat().st_size > 0


def call(*words: str | Path) -> None:
    """Run a program; what it says is shown only if it fails."""
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f'{words} failed:\n{done.stdout}{done.stderr}')


def main() -> None:
    """Try one thing after the other in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        print(f'{PACKAGE}: {import_everything()} modules imported')
        print(f'{read_shipped_files()} files of labels and knowledge read')
        build_models()
        print('models built from configs and weights of the package')
        run_command()
        print('stclip --help, doctor and infer work')
        os.chdir('/')


if __name__ == '__main__':
    main()
