"""The vocabulary of ZS-Stage's multi-action track: names, types, split."""

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
