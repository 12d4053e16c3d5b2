"""Tables of words, written one key a line."""


def listed(table: str) -> dict[str, tuple[str, ...]]:
    """Read ``key: word, several words, ...`` lines.

    Args:
        table: Lines; empty ones are skipped.

    Returns:
        The words of every key in their order.
    """
    result = {}
    for line in table.strip().splitlines():
        key, _, words = line.partition(': ')
        result[key] = tuple(word.strip() for word in words.split(', '))
    return result
