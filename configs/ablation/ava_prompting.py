# Table 4a, + context prompting, without interest tokens. Paper: 12.07.
_base_ = '../zs_ava_split1.py'

model = dict(num_interest_tokens=0)
