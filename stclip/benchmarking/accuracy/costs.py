"""What each method of a table costs."""

from stclip.benchmarking.accuracy.answers import read_answers
from stclip.benchmarking.accuracy.rows import Run
from stclip.benchmarking.accuracy.runs import Bench, read_config, seconds_of
from stclip.benchmarking.accuracy.stage import TRACKS, record_of, split_of
from stclip.benchmarking.accuracy.tables import Table, markdown
from stclip.benchmarking.complexity import (
    bare_model,
    described,
    multiply_adds,
    num_trained,
    unit_of,
)
from stclip.engine.config_options import lay_over
from stclip.labels.label_space import LabelSpace
from stclip.labels.label_split import read_label_split
from stclip.utils.resources import shipped

_GIGA, _MEGA = 1e9, 1e6


def costs_text(bench: Bench, track: str, table: Table) -> str:
    """Trained parameters, multiply-adds of a video, and speed of testing.

    Args:
        bench: That has run the table.
        track: A key of ``TRACKS``, of recognisers.
        table: Of the track, whose first column is that of fold 1.
    """
    split, _ = split_of(TRACKS[track], 1)
    labels = LabelSpace(read_label_split(shipped(split)).test)
    lines = [
        (title, *_cells(bench, track, runs[0], labels))
        for title, runs in table.rows.items()
    ]
    heads = ['method', 'trained, M', 'GMACs a video', 'videos a second']
    return markdown(f'{TRACKS[track].title}, costs', heads, lines)


def _cells(
    bench: Bench, track: str, run: Run, labels: LabelSpace
) -> tuple[str, str, str]:
    cfg = read_config(run.model.config)
    lay_over(cfg, run.model.overrides)
    model = bare_model(cfg)
    unit = unit_of(model)
    text = unit.encode_text(described(labels, cfg))
    gmacs = multiply_adds(lambda: unit.score(text)) / _GIGA
    trained = num_trained(model) * run.model.trained / _MEGA
    return f'{trained:.2f}', f'{gmacs:.2f}', _speed(bench, track, run)


def _speed(bench: Bench, track: str, run: Run) -> str:
    """Videos of a test over the time of its whole command."""
    folder = bench.test_folder(run, bench.seeds[0])
    seconds, record = seconds_of(folder, 'test'), record_of(folder, track)
    if not (seconds and record):
        return '-'
    return f'{len(read_answers(record).videos) / seconds:.1f}'
