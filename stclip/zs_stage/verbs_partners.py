"""Verbs of somebody who does something to another person."""

from stclip.zs_stage.gestures import DUETS, REACTIONS
from stclip.zs_stage.verb import Duet, Verb

PARTNERS = {
    'punch': Verb(
        DUETS['punch'], ('stand',), duet=Duet(0.52, REACTIONS['punch']),
    ),
}  # fmt: skip
