# STDD on ZS-Stage: DA-STI's schedule at ten times its learning rate.
_base_ = './dasti_zs_stage.py'

optim_wrapper = dict(optimizer=dict(lr=2e-3))
