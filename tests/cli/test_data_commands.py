"""Output of the data commands against what the library holds."""

import importlib
import json

import pytest

from stclip.cli import detect_persons, evaluate, prepare
from stclip.cli.command import run
from stclip.cli.main import group
from stclip.preparation import data_sets, recognition_lists
from stclip.preparation.box_request import BoxRequest
from stclip.structures.tubes import TubeLinker
from stclip.zs_stage.tracks import SIZES, TRACKS


def options(command):
    return {option.name: option for option in command.params}


def test_defaults_of_the_linking():
    given = options(evaluate.video_map)
    for name, value in vars(TubeLinker()).items():
        assert given[name].default == value, name


def test_defaults_of_person_boxes():
    given = options(detect_persons.command)
    for name in ('score_threshold', 'fps', 'start_sec'):
        assert given[name].default == getattr(BoxRequest, name), name


def test_choices():
    given = options(prepare.zs_stage)
    assert tuple(given['tracks'].type.choices) == TRACKS
    assert set(given['size'].type.choices) == set(SIZES)
    lists = options(prepare.video_lists)['data_set']
    assert tuple(lists.type.choices) == recognition_lists.DATA_SETS
    assert set(data_sets.DATA_SETS) <= set(prepare.group.commands)


@pytest.mark.parametrize(
    'tool, words',
    [
        ('data.prepare', ['prepare']),
        ('data.make_video_lists', ['prepare', 'video-lists']),
        ('make_zs_stage', ['prepare', 'zs-stage']),
        ('detect_persons', ['detect-persons']),
        ('eval_frame_map', ['eval', 'frame-map']),
        ('eval_video_map', ['eval', 'video-map']),
        ('eval_person_boxes', ['eval', 'person-boxes']),
    ],
)
def test_tools_are_the_subcommands(tool, words):
    command = group
    for word in words:
        command = command.get_command(None, word)
    assert importlib.import_module(f'tools.{tool}').command is command


def test_measures_end_well(tmp_path, capsys):
    """A command returns nothing: what it returned would be its exit code."""
    files = {
        'pred.json': dict(
            labels=['run'],
            gt=[dict(image_id='a', box=[0, 0, 1, 1], label=0)],
            detections=[
                dict(image_id='a', boxes=[[0, 0, 1, 1]], scores=[[0.5]])
            ],
        ),
        'ann.json': dict(
            action_categories=[dict(id=1, name='run')],
            images=[dict(id=1, movie='a', timestamp=1, height=9, width=9)],
            annotations=[dict(image_id=1, bbox=[0, 0, 1, 1], action_ids=[1])],
        ),
        'boxes.json': [dict(image_id=1, bbox=[0, 0, 1, 1], score=1)],
    }
    for name, content in files.items():
        (tmp_path / name).write_text(json.dumps(content))
    pred = str(tmp_path / 'pred.json')
    run(group, ['eval', 'frame-map', '--gt', pred, '--pred', pred])
    assert '100.00' in capsys.readouterr().out
    options = [
        f'--annotations={tmp_path / "ann.json"}',
        f'--boxes={tmp_path / "boxes.json"}',
    ]
    run(group, ['eval', 'person-boxes', *options])
    assert '100.0%' in capsys.readouterr().out
