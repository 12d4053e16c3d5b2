# Table 4b, 200 interest tokens. Paper: 11.46.
_base_ = '../zs_ava_split1.py'

model = dict(num_interest_tokens=200)
