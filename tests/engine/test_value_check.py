"""Numbers of a config that no run can mean, and those that one can."""

import pytest
from mmengine.config import Config

from stclip.engine.value_check import check_numbers
from stclip.utils.errors import UserError


@pytest.mark.parametrize(
    'cfg, message',
    [
        (dict(train_cfg=dict(max_iters=-1)), 'train_cfg.max_iters must be a '
         'whole number of at least 1, got -1'),
        (dict(train_dataloader=dict(batch_size=0)), 'train_dataloader.batch_'
         'size must be a whole number of at least 1, got 0'),
        (dict(train_dataloader=dict(batch_size=2.5)), 'got 2.5'),
        (dict(train_dataloader=dict(batch_size='4')), "got '4'"),
        (dict(train_dataloader=dict(num_workers=True)), 'got True'),
        (dict(test_evaluator=[dict(), dict(iou_thr=-3)]), 'test_evaluator.1.'
         'iou_thr must be a number above 0 and at most 1, got -3'),
        (dict(test_evaluator=dict(iou_thr=float('nan'))), 'test_evaluator.iou'
         '_thr is NaN; give a number'),
        (dict(model=dict(rate=[1.0, float('nan')])), 'model.rate.1 is NaN'),
        (dict(dataset=dict(fps=0)), 'dataset.fps must be a number of at least '
         '1e-06 and at most 1e+06, got 0'),
        (dict(optim_wrapper=dict(optimizer=dict(lr=-1e-3))), 'lr must be'),
    ],
)  # fmt: skip
def test_what_is_refused(cfg, message):
    with pytest.raises(UserError) as caught:
        check_numbers(Config(cfg))
    assert message in str(caught.value)


def test_what_is_taken():
    check_numbers(
        Config(
            dict(
                train_cfg=dict(max_iters=1.0, val_interval=-1),
                train_dataloader=dict(batch_size=1, num_workers=0),
                dataset=dict(fps=None, det_thr=1),
                test_evaluator=dict(iou_thr=1),
                clip_grad=dict(max_norm=float('inf')),
            )
        )
    )
