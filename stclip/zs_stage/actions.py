"""The vocabulary of ZS-Stage: class names, their types and label splits."""

#: J-HMDB's 21 classes, in its own order.
JHMDB_ACTIONS = (
    'brush_hair', 'catch', 'clap', 'climb_stairs', 'golf', 'jump',
    'kick_ball', 'pick', 'pour', 'pullup', 'push', 'run', 'shoot_ball',
    'shoot_bow', 'shoot_gun', 'sit', 'stand', 'swing_baseball', 'throw',
    'walk', 'wave',
)  # fmt: skip

#: Further classes of the single-action track.
EXTRA_ACTIONS = (
    'carry_box', 'drink', 'hold_umbrella', 'hug', 'punch', 'put_down',
    'read_book', 'shake_hands', 'sweep_floor', 'take_photo',
    'talk_on_phone',
)  # fmt: skip

#: Classes of the single-action track; the 1-based index is the action id.
SINGLE_ACTIONS = JHMDB_ACTIONS + EXTRA_ACTIONS

#: Unseen classes of each label split of the single-action track. They were
#: chosen before any result was seen. No split tests the other classes, so
#: that one person detector, trained on them, serves all splits.
SINGLE_TEST_CLASSES = {
    1: (
        'catch', 'golf', 'hug', 'pullup', 'run', 'shoot_gun',
        'talk_on_phone', 'throw',
    ),
    2: (
        'clap', 'hold_umbrella', 'kick_ball', 'pour', 'punch', 'put_down',
        'shoot_bow', 'swing_baseball',
    ),
    3: (
        'brush_hair', 'golf', 'hold_umbrella', 'hug', 'kick_ball', 'run',
        'shoot_ball', 'take_photo',
    ),
    4: (
        'catch', 'clap', 'pullup', 'punch', 'shoot_bow', 'shoot_gun',
        'swing_baseball', 'talk_on_phone',
    ),
}  # fmt: skip

#: Classes that no split tests.
CORE_ACTIONS = tuple(
    name
    for name in SINGLE_ACTIONS
    if not any(name in test for test in SINGLE_TEST_CLASSES.values())
)

#: Classes of the multi-action track by type; the 1-based index in the
#: concatenation is the action id. Poses exclude each other.
MULTI_ACTIONS = {
    'PERSON_MOVEMENT': (
        'bend', 'crouch', 'jump', 'lie', 'run', 'sit', 'stand', 'walk',
    ),
    'OBJECT_MANIPULATION': (
        'carry box', 'drink', 'hold umbrella', 'read book', 'sweep floor',
        'take photo', 'talk on phone',
    ),
    'PERSON_INTERACTION': (
        'hug person', 'kick person', 'punch person', 'push person',
        'shake hands', 'watch person', 'wave to person',
    ),
}  # fmt: skip

#: Unseen classes of the multi-action track's only split.
MULTI_TEST_CLASSES = (
    'crouch', 'hold umbrella', 'hug person', 'punch person', 'run',
    'take photo', 'talk on phone',
)  # fmt: skip


def multi_action_names() -> tuple[str, ...]:
    """Return the multi-action class names in the order of their ids."""
    return sum(MULTI_ACTIONS.values(), ())
