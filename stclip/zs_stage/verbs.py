"""All verbs of ZS-Stage by name."""

from stclip.zs_stage.verbs_partners import PARTNERS
from stclip.zs_stage.verbs_things import THINGS
from stclip.zs_stage.verbs_whole_body import POSTURES, WHOLE_BODY

__all__ = ['POSTURES', 'VERBS']

VERBS = {**WHOLE_BODY, **THINGS, **PARTNERS}
