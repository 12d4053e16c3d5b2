# Queries start from persons that are given, detected ones and then those of
# the annotators; with the weights of openmixer_jhmdb50.py, or trained so.
# python tools/test.py configs/openmixer/openmixer_jhmdb50_given_boxes.py \
#     CHECKPOINT
_base_ = './openmixer_jhmdb50.py'

model = dict(first_boxes='given')
test_dataloader = dict(
    dataset=dict(
        box_sources=['detected', 'ground_truth'],
        det_file='annotations/jhmdb_faster_RCNN_person.json',
    ),
)
