# What CLIP brings is trained gently: with a tenth of the learning rate, as
# BIKE has it (the paper is silent). Full precision, unlike BIKE's: half by
# --amp (docs/da_sti.md, Recipe).
optim_wrapper = dict(
    type='OptimWrapper',
    constructor='TrainableParamsConstructor',
    optimizer=dict(type='AdamW', lr=5e-5, weight_decay=0.05),
    paramwise_cfg=dict(custom_keys=dict(clip=dict(lr_mult=0.1))),
)
