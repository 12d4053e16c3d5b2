# STDD on ZS-Stage: as DA-STI's, but the whole image tower learns at one rate,
# as in the release.
_base_ = './dasti_zs_stage.py'

optim_wrapper = dict(
    optimizer=dict(lr=2e-4, weight_decay=0.01),
    paramwise_cfg=dict(_delete_=True),
    clip_grad=dict(max_norm=1.0),
)
