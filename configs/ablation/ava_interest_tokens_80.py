# Table 4b, 80 interest tokens. Paper: 11.77.
_base_ = '../zs_ava_split1.py'

model = dict(num_interest_tokens=80)
