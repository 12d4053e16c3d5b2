# Queries start from given persons, as in openmixer_jhmdb50_given_boxes.py.
# python tools/train.py configs/openmixer/openmixer_ucf50_given_boxes.py
_base_ = './openmixer_ucf50.py'

model = dict(first_boxes='given')
test_dataloader = dict(
    dataset=dict(
        box_sources=['detected', 'ground_truth'],
        det_file='detections/coco.json',
    ),
)
