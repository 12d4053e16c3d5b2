# The same, but queries start from persons that are given, detected ones and
# then those of the annotators.
# python tools/test.py \
#     configs/openmixer/openmixer_given_boxes_zs_jhmdb_split1.py CHECKPOINT
_base_ = './openmixer_zs_jhmdb_split1.py'

model = dict(first_boxes='given')
test_dataloader = dict(
    dataset=dict(
        box_sources=['detected', 'ground_truth'],
        det_file='annotations/jhmdb_faster_RCNN_person.json',
    ),
)
