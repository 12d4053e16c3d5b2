# Table 5: 0 description attributes instead of 8.
_base_ = '../da_sti/dasti_zs_stage.py'

model = dict(num_attributes=0)
