"""Verbs of somebody who handles a thing."""

from stclip.zs_stage.carriage import held
from stclip.zs_stage.gestures import GESTURES
from stclip.zs_stage.verb import Verb

THINGS = {
    'drink': Verb(
        GESTURES['drink'], ('stand', 'sit', 'walk'),
        things=('cup', 'glass', 'bottle', 'jug'), carriage=held(),
    ),
}  # fmt: skip
