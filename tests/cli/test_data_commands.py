"""What the data commands say equals what the library holds."""

import importlib

import pytest

from stclip.apis.person_boxes import BoxRequest
from stclip.cli import detect_persons, evaluate, prepare
from stclip.cli.main import group
from stclip.preparation import data_sets, recognition_lists
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
