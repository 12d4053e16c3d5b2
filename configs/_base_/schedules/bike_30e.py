# BIKE and Text4Vis on Kinetics-400, ViT-B/16, as their code trains them:
# 5e-5, a tenth of it for what CLIP brings, decay of every weight, batches of
# 256 videos.
_base_ = './dasti_30e.py'

optim_wrapper = dict(type='AmpOptimWrapper', optimizer=dict(weight_decay=0.2))
auto_scale_lr = dict(base_batch_size=256)
