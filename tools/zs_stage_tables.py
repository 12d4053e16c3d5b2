"""Tables of ZS-Stage for tools/run_benchmark.py: methods on each track."""

from dataclasses import dataclass, replace

from benchmark_tables import BOXES, VOTED
from experiments import Method, SecondTest


@dataclass(frozen=True)
class Track:
    """One table of ZS-Stage: methods on one data set.

    Args:
        title: Heading of the table.
        methods: Its rows.
        columns: Metric of the test run -> heading.
    """

    title: str
    methods: tuple[Method, ...]
    columns: dict[str, str]


def _components(track: str, interest_tokens: bool) -> tuple[Method, ...]:
    """The rows of the paper's Table 4a."""
    prefix = f'ablation/zs_stage_{track}'
    rows = [
        Method('CLIP, full frame', f'{prefix}_baseline', trained=False),
        Method('CLIP, person crop', f'{prefix}_person_crop', trained=False),
        Method('+ person-context interaction', f'{prefix}_interaction'),
    ]
    if interest_tokens:
        rows.append(Method('+ context prompting', f'{prefix}_prompting'))
        rows.append(Method('+ interest tokens', f'zs_stage_{track}'))
    else:
        rows.append(Method('+ context prompting', f'zs_stage_{track}'))
    return tuple(rows)


_TOPS = {'acc/top1': 'top-1', 'acc/top5': 'top-5'}
# STDD's parts, one by one.
_STDD = 'ablation/stdd_zs_stage'
_WHOLE = Method('both (STDD: xmix, regulariser)', 'stdd/stdd_zs_stage')
_PATCHED = ('custom_hooks.0.ratio=0.5',)
_SECOND_TESTS = {
    'averaged': SecondTest('averaged', 'averaged.pth'),
    'patched, half of CLIP': SecondTest('patched', options=_PATCHED),
    'averaged and patched': SecondTest(
        'averaged_patched', 'averaged.pth', _PATCHED
    ),
}
# The rows of DA-STI's Tables 4 to 6.
_CLIPS = 'ablation/dasti_zs_stage'
ZS_STAGE = {
    'single': Track(
        'Single-action track, label split 1',
        _components('single', interest_tokens=False),
        {**BOXES, **VOTED},
    ),
    'multi': Track(
        'Multi-action track',
        _components('multi', interest_tokens=True),
        BOXES,
    ),
    'clips': Track(
        'Clips of the single-action track, label split 1',
        (
            Method('CLIP, names', f'{_CLIPS}_clip_name', trained=False),
            Method('CLIP, attributes', f'{_CLIPS}_clip', trained=False),
            Method('ActionCLIP, attributes', f'{_CLIPS}_none'),
            Method('+ spatial interaction', f'{_CLIPS}_spatial'),
            Method('+ temporal interaction', f'{_CLIPS}_temporal'),
            Method('+ both (DA-STI)', 'da_sti/dasti_zs_stage'),
            *(
                Method(f'DA-STI, {n} attributes', f'{_CLIPS}_attributes_{n}')
                for n in (0, 2, 4)
            ),
            Method('co-attention', f'{_CLIPS}_coattn'),
            Method('co-attention + DA-STI', f'{_CLIPS}_coattn_st'),
        ),
        _TOPS,
    ),
    'stdd': Track(
        'STDD on the same clips',
        (
            Method('CLIP, names', f'{_STDD}_clip_name', trained=False),
            Method('CLIP, graph prompts', f'{_STDD}_clip', trained=False),
            Method('tuned, without space-time cross', f'{_STDD}_off'),
            Method('masks only', f'{_STDD}_mask'),
            Method('mixing only', f'{_STDD}_mix'),
            _WHOLE,
            Method('class token of the plain branch', f'{_STDD}_cls'),
            Method('prompts a: names', f'{_STDD}_a'),
            Method('prompts xoo: objects', f'{_STDD}_xoo'),
            Method('prompts xao: action and objects', f'{_STDD}_xao'),
            Method('prompts xaa: sub-actions', f'{_STDD}_xaa'),
            Method('regulariser off', f'{_STDD}_reg0'),
            *(
                replace(_WHOLE, name=name, test=test)
                for name, test in _SECOND_TESTS.items()
            ),
        ),
        _TOPS,
    ),
}
