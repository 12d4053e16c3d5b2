"""All verbs of ZS-Stage by name."""

from stclip.zs_stage.verbs_partners import WITH_PARTNERS
from stclip.zs_stage.verbs_things import WITH_THINGS
from stclip.zs_stage.verbs_whole_body import POSTURES, WHOLE_BODY

__all__ = ['POSTURES', 'VERBS']

VERBS = {**WHOLE_BODY, **WITH_THINGS, **WITH_PARTNERS}
