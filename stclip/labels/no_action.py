"""What says, in files, that a person does none of the labels."""

from collections.abc import Collection

#: What our exports write; the long one where a label is called by the short.
NONE, NONE_LONG = 'none', 'none of these'
#: All that is read so: ours, earlier ones of ours, CVAT's and what pandas
#: writes for an empty cell.
NO_ACTION = (
    *('', NONE, NONE_LONG, 'none of the labels', '__undefined__'),
    *('nan', 'NaN'),
)


def none_name(names: Collection[str]) -> str:
    """What doing none of the labels is called, unlike any of them."""
    return NONE if NONE not in names else NONE_LONG


def is_action(word: str, among: Collection[str] = ()) -> bool:
    """Whether a word names something that is done.

    Args:
        word: As a file has it.
        among: All words that stand to choose, where the file tells them: with
            the long name of none among them, the short one is a label.
    """
    word = word.strip()
    return word not in NO_ACTION or (word == NONE and NONE_LONG in among)
