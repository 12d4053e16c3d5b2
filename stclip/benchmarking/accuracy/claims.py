"""Claims of ZS-Stage's protocol, and whether they hold.

Protocol: docs/zs_stage_protocol.md, "Claims".
"""

from collections.abc import Mapping
from dataclasses import dataclass

from stclip.benchmarking.accuracy.differences import Comparison
from stclip.benchmarking.accuracy.intervals import Interval
from stclip.benchmarking.accuracy.tables import markdown
from stclip.utils.resources import shipped
from stclip.utils.text_file import read_yaml


@dataclass(frozen=True)
class Claim:
    """One of configs/benchmarks/zs_stage_claims.yaml.

    Args:
        row: That is to be better.
        minus: Than this one.
        kind: Of the classes that count; empty for all.
        floor: Points that the lower end of the interval has to be above.
        gone: The claim of which it says that nothing is left: the interval
            has to hold 0, and the other claim has to hold; empty for none.
    """

    row: str
    minus: str
    kind: str = ''
    floor: float = 0.0
    gone: str = ''

    def holds(self, gain: Interval) -> bool:
        """Whether the difference of its rows is as it says."""
        if self.gone:
            return gain.low <= 0 <= gain.high
        return gain.low > self.floor


def read_claims(track: str) -> dict[str, Claim]:
    """The claims about a track by what they say."""
    claims = read_yaml(shipped('configs/benchmarks/zs_stage_claims.yaml'))
    return {name: Claim(**values) for name, values in claims[track].items()}


def verdicts(
    compared: Comparison, claims: Mapping[str, Claim]
) -> dict[str, tuple[Interval, str]]:
    """Difference of each claim whose rows have finished, and the verdict.

    Args:
        compared: Rows.
        claims: By what they say.

    Returns:
        The verdict is ``holds``, ``does not hold``, or ``says nothing`` where
        what is said to be gone was not shown to be there.
    """
    finished = {method.title for method in compared.methods}
    gains = {
        name: compared.difference(claim.row, claim.minus, claim.kind)
        for name, claim in claims.items()
        if {claim.row, claim.minus} <= finished
    }
    shown = {name for name, gain in gains.items() if claims[name].holds(gain)}
    found = {}
    for name, gain in gains.items():
        verdict = 'holds' if name in shown else 'does not hold'
        if claims[name].gone and claims[name].gone not in shown:
            verdict = 'says nothing'
        found[name] = gain, verdict
    return found


def claims_table(
    claims: Mapping[str, Claim],
    tested: Mapping[str, tuple[Interval, str]],
    title: str,
) -> str:
    """Claims with their differences, and whether they hold.

    Args:
        claims: By what they say.
        tested: Of :func:`verdicts`.
        title: Heading.
    """
    rows = [
        (
            name,
            f'{claims[name].row}, minus {claims[name].minus}',
            str(gain),
            verdict,
        )
        for name, (gain, verdict) in tested.items()
    ]
    heads = ['claim', 'difference', 'points, 95 %', '']
    return markdown(f'{title}, claims', heads, rows)
