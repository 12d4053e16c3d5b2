"""``stclip convert-data``: annotations of one's own videos."""

from pathlib import Path
from typing import Any

import click

from stclip.cli.command import Command, Values
from stclip.cli.numbers import COUNT, RATE

_PATH = click.Path(path_type=Path)


@click.command('convert-data', cls=Command)
@click.argument('source', type=click.Path(exists=True, path_type=Path))
@click.option(
    '--videos', type=_PATH, required=True, help='Folder of the videos.'
)
@click.option('--out', type=_PATH, required=True, help='Folder to write to.')
@click.option(
    '--from',
    'form',
    type=click.Choice(['cvat', 'csv', 'ava', 'coco-video', 'via']),
    help='Form of the annotations; without it, the file tells.',
)
@click.option(
    '--stride',
    type=COUNT,
    default=1,
    help='CVAT: a keyframe each so many frames.',
)
@click.option(
    '--attributes',
    default='',
    metavar='NAMES',
    help='CVAT, VIA: the attributes that tell actions, as "action, phone"; '
    'without it, all lists and boxes to tick.',
)
@click.option(
    '--fps',
    type=RATE,
    help='Rate of folders of frames that are annotated by the second.',
)
@click.option(
    '--independent',
    default='',
    metavar='LABELS',
    help='Labels that may be true beside any other one, as "wave, talk".',
)
@click.option(
    '--unseen',
    default='',
    metavar='LABELS',
    help='Labels to test and not to train on; without it, all are both.',
)
@click.option(
    '--config',
    'configs',
    cls=Values,
    default=['clip/zs_jhmdb_person_crop.py', 'zs_jhmdb_split1.py'],
    metavar='FILE ...',
    help='Configs that those for the data inherit from.',
)
@click.option(
    '--overwrite', is_flag=True, help='Replace what an earlier run wrote.'
)
def command(**options: Any) -> None:
    r"""Convert the annotations SOURCE of your own videos, and write configs.

    SOURCE is a file of CVAT for video 1.1, a CSV with named columns, AVA's
    CSV, COCO's JSON for videos, a project or table of VIA, or a folder of
    such files; see docs/formats.md#annotations-of-other-tools.

    \b
      stclip convert-data cvat/ --videos videos/ --out data/own
      stclip test data/own/zs_jhmdb_person_crop.py
    """
    from stclip.labels.label_list import labels_from_option
    from stclip.preparation.annotation_forms.person_rows import Reading
    from stclip.preparation.own_data import Conversion

    stride = options.pop('stride')
    reading = Reading(stride, labels_from_option(options.pop('attributes')))
    for key in ('independent', 'unseen'):
        options[key] = labels_from_option(options[key])
    Conversion(reading=reading, **options).run()
