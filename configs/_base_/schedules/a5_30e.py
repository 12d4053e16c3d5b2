# A5: AdamW at 1e-4 is the release's; length, warm-up, decay and weight decay,
# which are not known to us, are DA-STI's.
_base_ = './dasti_30e.py'

optim_wrapper = dict(optimizer=dict(lr=1e-4))
