"""What other tools read in exports, as JSON: run by a Python that has them.

Needs datumaro, label-studio-sdk and fiftyone, and nothing of this project.
"""

import json
import shutil
import sys
from pathlib import Path

import datumaro
from datumaro.plugins.data_formats.mot import MotSeqBase
from fiftyone.utils.cvat import load_cvat_video_annotations
from label_studio_sdk._extensions.label_studio_tools.postprocessing.video import (  # noqa: E501
    extract_key_frames,
)
from label_studio_sdk.label_interface import LabelInterface


def box_of(shape):
    return [float(value) for value in shape.get_bbox()]


def read_cvat(path, folder):
    """Frame, track, left, top, width, height, outside and action of boxes."""
    folder.mkdir()
    shutil.copy(path, folder / 'annotations.xml')
    return [
        [
            item.attributes['frame'],
            shape.attributes['track_id'],
            *box_of(shape),
            shape.attributes['outside'],
            shape.attributes['action'],
        ]
        for item in datumaro.Dataset.import_from(str(folder), 'cvat')
        for shape in item.annotations
    ]


def read_cvat_by_fiftyone(path):
    """Frame, track, box in fractions, action and wave, of persons there."""
    _, schema, tracks = load_cvat_video_annotations(str(path))
    return dict(
        attributes=schema.labels[0]['attributes'],
        boxes=[
            [
                frame_number,
                shape.index,
                shape.label,
                shape.bounding_box,
                shape['action'],
                shape['wave'],
            ]
            for track in tracks
            for frame_number, shape in track.to_labels().items()
        ],
    )


def read_coco(path, folder):
    """File, track, box and category of annotations."""
    (folder / 'annotations').mkdir(parents=True)
    (folder / 'images').mkdir()
    shutil.copy(path, folder / 'annotations/instances_a.json')
    data = datumaro.Dataset.import_from(str(folder), 'coco_instances')
    names = data.categories()[datumaro.AnnotationType.label]
    return [
        [
            item.id,
            shape.attributes['track_id'],
            *box_of(shape),
            names[shape.label].name,
        ]
        for item in data
        for shape in item.annotations
    ]


def read_mot(path, folder):
    """Frame, track and box of lines."""
    (folder / 'gt').mkdir(parents=True)
    (folder / 'img1').mkdir()
    shutil.copy(path, folder / 'gt/gt.txt')
    return [
        [int(item.id), shape.attributes['track_id'], *box_of(shape)]
        for item in MotSeqBase(str(folder / 'gt/gt.txt'))
        for shape in item.annotations
    ]


def read_label_studio(path, interface):
    """Whether the interface fits, and the frames that regions are seen on."""
    (task,) = json.loads(path.read_text())
    (prediction,) = task['predictions']
    fits = LabelInterface(interface.read_text()).validate_prediction(
        prediction
    )
    regions = {
        region['id']: sorted({k['frame'] for k in region['value']['sequence']})
        for region in extract_key_frames(prediction['result'])
        if region['type'] == 'videorectangle'
    }
    return dict(fits=bool(fits), regions=regions)


if __name__ == '__main__':
    files = Path(sys.argv[1])
    read = dict(
        cvat=read_cvat(files / 'a.cvat.xml', files / 'cvat'),
        fiftyone=read_cvat_by_fiftyone(files / 'a.cvat.xml'),
        coco=read_coco(files / 'a.coco.json', files / 'coco'),
        mot=read_mot(files / 'a.mot.txt', files / 'mot'),
        label_studio=read_label_studio(
            files / 'a.labelstudio.json', files / 'a.labelstudio.xml'
        ),
    )
    Path(files / 'read.json').write_text(json.dumps(read))
