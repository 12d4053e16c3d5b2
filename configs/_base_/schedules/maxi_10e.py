# MAXI as its release trains: ViFi-CLIP's schedule, 4 GPUs with 16 videos each
# and a step after four batches; videos meet those of their own GPU alone.
_base_ = './vifi_10e.py'

optim_wrapper = dict(optimizer=dict(lr=5e-6))
auto_scale_lr = dict(base_batch_size=64)
