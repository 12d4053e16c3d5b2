"""Help is printed without importing anything that takes its time."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from stclip.cli.main import COMMANDS

ROOT = Path(__file__).parents[2]
HEAVY = {
    'av',
    'cv2',
    'matplotlib',
    'mmaction',
    'mmcv',
    'mmdet',
    'mmengine',
    'numpy',
    'open_clip',
    'PIL',
    'scipy',
    'torch',
    'torchvision',
    'tqdm',
    'yaml',
}
# Runs a command as a program does, then tells what was imported.
SHOW = """
import json, runpy, sys
try:
    sys.argv = sys.argv[1:]
    if sys.argv[0] == 'stclip':
        runpy.run_module('stclip', run_name='__main__', alter_sys=False)
    else:
        runpy.run_path(sys.argv[0], run_name='__main__')
except SystemExit as stop:
    assert not stop.code, stop.code
print()
print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))
"""
TOOLS = (
    'train',
    'test',
    'demo',
    'visualize',
    'convert_checkpoint',
    'check_attributes',
    'check_graphs',
    'generate_attributes',
    'generate_graphs',
    'detect_persons',
    'eval_frame_map',
    'eval_video_map',
    'eval_person_boxes',
    'make_zs_stage',
    'pretrain_tiny_clip',
    'distil_tiny_clip',
    'publish_person_detector',
    'data/prepare',
    'data/make_video_lists',
)


def help_of(*words):
    done = subprocess.run(
        [sys.executable, '-c', SHOW, *words, '--help'],
        cwd=ROOT,
        env={**os.environ, 'PYTHONPATH': str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    *lines, modules = done.stdout.splitlines()
    return '\n'.join(lines), set(json.loads(modules))


def test_all_subcommands_are_listed():
    text, modules = help_of('stclip')
    assert not HEAVY & modules
    for name in COMMANDS:
        assert f'  {name} ' in text


@pytest.mark.parametrize('name', COMMANDS)
def test_help_of_a_subcommand(name):
    text, modules = help_of('stclip', name)
    assert not HEAVY & modules
    assert text.startswith(f'Usage: stclip {name}')


@pytest.mark.parametrize('name', TOOLS)
def test_help_of_a_tool(name):
    text, modules = help_of(f'tools/{name}.py')
    assert not HEAVY & modules
    assert text.startswith(f'Usage: {Path(name).name}.py ')


def test_defaults_are_shown():
    text, _ = help_of('stclip', 'infer')
    for default in ('8', '0.5', '(a GPU if there is one)'):
        assert f'[default: {default}' in text
