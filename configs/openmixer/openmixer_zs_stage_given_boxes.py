# Queries start from persons that are given, detected ones and then those of
# the annotators.
# python tools/train.py configs/openmixer/openmixer_zs_stage_given_boxes.py
_base_ = './openmixer_zs_stage.py'

model = dict(first_boxes='given')
test_dataloader = dict(
    dataset=dict(
        box_sources=['detected', 'ground_truth'],
        det_file='detections/test.json',
    ),
)
