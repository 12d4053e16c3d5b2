"""Small files in the forms of VIA, with some values changed."""

import copy
import csv
import json

RECT = dict(name='rect', x=4, y=6, width=20, height=30)


def region(shape=RECT, **answers):
    return dict(shape_attributes=dict(shape), region_attributes=answers)


def images(*regions, name='f/00001.png'):
    """What version 2 exports as JSON: its pictures alone."""
    image = dict(
        filename=name, size=321, regions=list(regions), file_attributes={}
    )
    return {f'{name}321': image}


ASKED = {
    'action': dict(
        type='dropdown',
        description='',
        options={'sit': '', 's': 'stand', 'none': ''},
        default_options={},
    ),
    'also': dict(
        type='checkbox',
        description='',
        options={'phone': 'talk on phone', 'wave': ''},
        default_options={},
    ),
    'note': dict(type='text', description='', default_value=''),
}


def project_2(*regions, asked=ASKED, **more):
    """A project as version 2 saves it."""
    return dict(
        _via_settings=dict(core=dict(default_filepath=''), project={}),
        _via_img_metadata=images(*regions, **more),
        _via_attributes=dict(region=copy.deepcopy(asked), file={}),
        _via_data_format_version='2.0.10',
        _via_image_id_list=['f/00001.png321'],
    )


HEADINGS = (
    'filename',
    'file_size',
    'file_attributes',
    'region_count',
    'region_id',
    'region_shape_attributes',
    'region_attributes',
)


def write_table(path, *regions, name='f/00001.png'):
    """What version 2 exports as CSV, a picture without regions at its end."""
    with path.open('w', newline='') as file:
        rows = csv.writer(file)
        rows.writerow(HEADINGS)
        for number, each in enumerate(regions):
            cells = [json.dumps(part) for part in each.values()]
            rows.writerow([name, 321, '{}', len(regions), number, *cells])
        rows.writerow(['f/00002.png', 300, '{}', 0, 0, '{}', '{}'])


def project_3(*entries, name='v.mp4', kind=4):
    """A project as version 3 saves it."""
    metadata = {
        f'1_{number}': dict(vid='1', flg=0) | dict(entry)
        for number, entry in enumerate(entries)
    }
    return dict(
        project=dict(
            pid='__VIA_PROJECT_ID__',
            creator='VGG Image Annotator',
            vid_list=['1'],
        ),
        config=dict(ui={}),
        attribute={
            '1': asked_3(
                'TEMPORAL-SEGMENTS', 4, {'d': 'whole'}, 'FILE1_Z2_XY0'
            ),
            '2': asked_3('action', 4, {'0': 'sit', '1': 'stand', '2': 'none'}),
            '3': asked_3('also', 2, {'0': 'talk on phone', '1': 'wave'}),
            '4': asked_3('note', 1, {}),
        },
        file={'1': dict(fid='1', fname=name, type=kind, loc=1, src='')},
        metadata=metadata,
        view={'1': dict(fid_list=['1'])},
    )


def asked_3(name, kind, options, anchor='FILE1_Z1_XY1'):
    return dict(
        aname=name,
        anchor_id=anchor,
        type=kind,
        desc='',
        options=options,
        default_option_id='',
    )


def entry(*xy, z=(0.0,), **av):
    """A region of version 3; answers are called ``a2``, ``a3``."""
    answers = {key[1:]: value for key, value in av.items()}
    return dict(z=list(z), xy=list(xy), av=answers)
