"""One small good file of each kind that the data commands read.

Each function gives the same file with some values changed.
"""

NAN = float('nan')
BOX = [4.0, 6.0, 16.0, 18.0]
IMAGE = dict(id=1, movie='a', timestamp=1, height=24, width=32)
PERSON = dict(image_id=1, bbox=BOX, action_ids=[1])
ANN = dict(
    action_categories=[dict(id=1, name='run'), dict(id=2, name='sit')],
    images=[IMAGE],
    annotations=[PERSON],
)
BOXES = dict(image_id=1, bbox=BOX, score=0.9)
TUBE = dict(movie='a', action='run', frames=[1, 2], boxes=[BOX, BOX])
FOUND = dict(
    image_id='a/1',
    movie='a',
    timestamp='00001',
    boxes=[BOX],
    det_scores=[0.9],
    scores=[[0.8, 0.1]],
)
TRUTH = dict(image_id='a/1', movie='a', timestamp='1', box=BOX, label=0)
PRED = dict(labels=['run', 'sit'], gt=[TRUTH], detections=[FOUND])
OVAD = dict(
    vocabulary=['run', 'sit'],
    base=['run'],
    resolution=[240, 320],
    sample_rate=1,
    iou_threshold=0.5,
    ground_truth={
        'run/a': [[[1, 80, 48, 160, 120], [2, 80, 48, 160, 120]]],
        'sit/b': [[[1, 0, 0, 50, 50]]],
    },
    detections=[
        dict(
            video='run/a',
            frame=frame,
            boxes=[[0.25, 0.2, 0.5, 0.5]],
            logits=[[1.5, -0.5]],
        )
        for frame in (1, 2)
    ],
)

GOOD = {
    'ann.json': ANN,
    'ann.csv': 'a,901,0,0,1,1,1,1\n',
    'boxes.json': [BOXES],
    'tubes.json': [TUBE],
    'pred.json': PRED,
    'ovad.json': OVAD,
    'file': 'text',
}


def other(good, **values):
    return {**good, **values}


def image(**values):
    return {'ann.json': other(ANN, images=[other(IMAGE, **values)])}


def person(**values):
    return {'ann.json': other(ANN, annotations=[other(PERSON, **values)])}


def box(**values):
    return {'boxes.json': [other(BOXES, **values)]}


def tube(**values):
    return {'tubes.json': [other(TUBE, **values)]}


def found(**values):
    return {'pred.json': other(PRED, detections=[other(FOUND, **values)])}


def ovad(**values):
    return {'ovad.json': other(OVAD, **values)}


def ovad_found(**values):
    entry = other(OVAD['detections'][0], **values)
    return ovad(detections=[entry])
