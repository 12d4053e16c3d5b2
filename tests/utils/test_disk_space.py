"""Full disks: the file is named, whatever library writes, and nothing stays.

A limit on the size of files stands in for the end of a disk.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from forks import run_python

ROOT = Path(__file__).parents[2]
# Python keeps a compiled module whose file was cut off, and cannot read it
# again: it is to write none.
LIMIT = """
import resource, sys
sys.dont_write_bytecode = True
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
"""
WRITERS = (
    LIMIT
    + """
import json
from functools import partial
from pathlib import Path
import matplotlib.figure, numpy, torch
from stclip.knowledge.writing.cache import AnswerCache
from stclip.knowledge.writing.client import Answer, ChatRequest
from stclip.utils.io import atomic_write, write_json
from stclip.utils.parts import Parts
from stclip.video import VideoWriter, save_image
from stclip.zs_stage.tracks import VideoPlan, render_video

noise = numpy.random.default_rng(0).integers(0, 255, (9, 64, 64, 3), 'u1')

def by(save):
    def write(path):
        with atomic_write(path, 'wb') as file:
            save(file)
    return write

def film(path):
    with VideoWriter(path, 10) as writer:
        for frame in noise:
            writer.write(frame)

def figure(file):
    drawn = matplotlib.figure.Figure()
    drawn.subplots().imshow(noise[0])
    drawn.savefig(file, format='png')

def parts(path):
    kept = Parts(path, {})
    kept.add('v', [1])
    kept.add('w', noise.tolist())

def answers(path):
    cache = AnswerCache(path)
    try:
        answer = Answer('x' * 9999, 'stop', '')
        cache.add(ChatRequest('m', (), 0, 9, 0), answer)
    finally:
        cache.close()

def stage(video_format, path):
    plan = VideoPlan('single', 'test', 'run', 0, 4)
    render_video(plan, path.parents[2], video_format)

writers = {
    'a.json': lambda path: write_json(path, list(range(9999))),
    'a.pth': by(partial(torch.save, noise.tolist())),
    'b.pth': by(partial(torch.save, torch.from_numpy(noise))),
    'a.npy': by(lambda file: numpy.save(file, noise)),
    'a.png': lambda path: save_image(path, noise[0]),
    'a.mp4': film,
    'b.png': by(figure),
    'a.parts': parts,
    'a.answers.jsonl': answers,
    'single/frames/run_test_00': partial(stage, 'frames'),
    'single/videos/run_test_00.mp4': partial(stage, 'video'),
}
errors = {}
for name, write in writers.items():
    path = Path(name).absolute()
    try:
        write(path)
    except Exception as error:
        errors[name] = f'{type(error).__name__}: {error}'
# Standard output is a file too, in a fork.
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
print(json.dumps([list(writers), errors]))
"""
)
PREPARE = (
    LIMIT
    + """
from stclip.cli.main import main
if __name__ == '__main__':
    main()
"""
)


def test_every_writer_names_its_file_and_leaves_nothing(tmp_path):
    done = run_python(WRITERS, folder=tmp_path)
    assert done.returncode == 0, done.output
    names, errors = json.loads(done.output.splitlines()[-1])
    for name in names:
        wanted = f'UserError: {tmp_path / name} cannot be written (File too '
        assert errors[name].startswith(wanted), errors[name]
        assert '; make room, or write elsewhere' in errors[name]
    left = [path for path in tmp_path.rglob('*') if path.is_file()]
    left = sorted(str(path.relative_to(tmp_path)) for path in left)
    # What was whole before; half lines of files that grow are not read.
    grown = [name for name in left if 'a.parts/' in name]
    assert len(grown) == 1
    assert sorted({*left} - {*grown}) == ['a.answers.jsonl']


def test_command_ends_with_one_line(tmp_path):
    """Also where a worker process was the one that wrote."""
    (tmp_path / 'tool.py').write_text(PREPARE)
    words = ('--out=out', '--size=tiny', '--tracks=single')
    done = subprocess.run(
        [sys.executable, 'tool.py', 'prepare', 'zs-stage', *words],
        cwd=tmp_path,
        env=dict(
            os.environ, PYTHONPATH=str(ROOT), PYTHONDONTWRITEBYTECODE='1'
        ),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith('error: out/single/frames/')
    assert 'cannot be written (File too large); make room' in line
    files = [path for path in tmp_path.rglob('*') if path.is_file()]
    assert [path.name for path in files] == ['tool.py']
    assert not [*tmp_path.rglob('*.part')]
