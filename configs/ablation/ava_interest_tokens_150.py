# Table 4b, 150 interest tokens. Paper: 12.46.
_base_ = '../zs_ava_split1.py'

model = dict(num_interest_tokens=150)
