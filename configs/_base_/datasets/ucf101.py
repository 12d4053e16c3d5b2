# UCF-101: zero-shot testing on all classes, split 1 of 3; another one by
# test_dataloader.dataset.split=2. To prepare:
# docs/how_to/prepare_recognition.md.
test_dataloader = dict(
    batch_size=8,
    num_workers=8,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='ListedVideoDataset',
        data_root='data/ucf101',
        ann_file='annotations/test_split{split}.txt',
        data_prefix=dict(video='videos'),
        test_mode=True,
        # What pipelines on this data end with. Which frames come before it is
        # the model's affair; a config joins the two, as no base knows both.
        pipeline=[
            dict(
                type='stclip.AddLabelSpace',
                label_file='data/labels/ucf101.txt',
                attribute_file='data/attributes/ucf101.jsonl',
                graph_file='data/knowledge/ucf101.jsonl',
            ),
            dict(
                type='PackActionInputs', meta_keys=('label_space', 'filename')
            ),
        ],
    ),
)
test_evaluator = [dict(type='RecognitionReport')]
custom_hooks = [dict(type='ConfusionMatrixHook')]
