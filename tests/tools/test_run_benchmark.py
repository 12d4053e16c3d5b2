"""What a benchmark runs, and the tables made of it."""

import json
import statistics
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


pytestmark = pytest.mark.usefixtures('tools_on_path')


@pytest.fixture
def run_benchmark():
    from tools import run_benchmark

    return run_benchmark


@pytest.fixture
def tables():
    from tools import benchmark_tables

    return benchmark_tables


@pytest.fixture
def finish(tables, tmp_path):
    """Write the metrics of a run."""

    def write(method, seed, split=0, **metrics):
        folder = tables.run_folder(tmp_path, method, seed, split)
        folder.mkdir(parents=True)
        (folder / 'metrics.json').write_text(json.dumps(metrics))

    return write


def test_mean_and_deviation_over_seeds(tables, finish, tmp_path):
    values = (0.5, 0.625, 0.75)
    trained = tables.Method('ours', 'a')
    plain = tables.Method('CLIP', 'b', trained=False)
    missing = tables.Method('broken', 'c')
    for seed, value in enumerate(values):
        finish(trained, seed, mAP=value)
    finish(plain, 0, mAP=0.4321)
    lines = tables.metric_table(
        'Title',
        (plain, trained, missing),
        {'mAP': 'boxes'},
        tmp_path,
        [0, 1, 2],
    ).splitlines()
    deviation = statistics.stdev(100 * v for v in values)
    assert lines == [
        '### Title',
        '',
        '| method | boxes |',
        '|---|---|',
        '| CLIP | 43.21 |',
        f'| ours | 62.50 +- {deviation:.2f} |',
        '| broken | failed |',
    ]


def test_splits_beside_the_published_rows(tables, finish, tmp_path):
    """The mean over splits is taken seed by seed."""
    metric = 'detected/frame_mAP@0.5'
    ours = tables.Method('ST-CLIP', 'zs_ava_split1')
    for split, values in ((1, (0.1, 0.2)), (3, (0.3, 0.6))):
        for seed, value in enumerate(values):
            finish(ours, seed, split, **{metric: value})
    lines = tables.split_tables(
        'zs_ava', (ours,), {metric: 'detected boxes'}, (1, 3), tmp_path, [0, 1]
    ).splitlines()
    assert lines[0] == '### zs_ava, detected boxes'
    assert lines[2] == '| method | split 1 | split 3 | mean |'
    assert '| CLIP, full frame, paper | 8.67 | 2.77 | 5.72 |' in lines
    at = lines.index('| ST-CLIP, paper | 12.85 | 4.01 | 8.43 |')
    spread = [
        statistics.stdev(pair) for pair in ((10, 20), (30, 60), (20, 40))
    ]
    assert lines[at + 1] == (
        f'| ST-CLIP | 15.00 +- {spread[0]:.2f} | 45.00 +- {spread[1]:.2f} | '
        f'30.00 +- {spread[2]:.2f} |'
    )
    broken = tables.split_tables(
        'zs_ava', (ours,), {metric: 'detected boxes'}, (1, 2), tmp_path, [0]
    )
    assert '| ST-CLIP | 10.00 | failed | failed |' in broken


@pytest.mark.parametrize(
    'benchmark, source, means',
    [
        ('zs_ava', 'detected', {'ST-CLIP': 9.01, 'iCLIP': 5.01}),
        ('zs_ava', 'ground_truth', {'ST-CLIP': 11.76, 'Vita-CLIP': 10.45}),
        ('zs_jhmdb', 'detected', {'ST-CLIP': 79.08, 'iCLIP': 72.81}),
        ('zs_jhmdb', 'detected, voted', {'ST-CLIP': 82.84, 'A5': 61.57}),
        ('zs_jhmdb', 'ground_truth', {'ST-CLIP': 85.53}),
        ('zs_jhmdb', 'ground_truth, voted', {'X-CLIP': 83.11}),
        ('zs_ucf', 'detected', {'ST-CLIP': 50.00}),
        ('zs_ucf', 'detected, voted', {'ActionCLIP': 49.38}),
        ('zs_ucf', 'ground_truth', {'ST-CLIP': 91.80}),
        ('zs_ucf', 'ground_truth, voted', {'Vita-CLIP': 96.57}),
    ],
)
def test_published_means(benchmark, source, means):
    """The paper prints the means as well: a check of what was typed."""
    import yaml

    path = ROOT / 'data' / 'published' / 'st_clip.yaml'
    table = yaml.safe_load(path.read_text())[benchmark][source]
    for name, mean in means.items():
        assert statistics.mean(table[name]) == pytest.approx(mean, abs=0.0101)


def parse(run_benchmark, monkeypatch, *words):
    monkeypatch.setattr('sys.argv', ['tool', *words])
    return run_benchmark.parse_args()


@pytest.mark.parametrize(
    'extra, folder',
    [
        ('', 'data/splits/zs_jhmdb'),
        ('--label-splits /mine', '/mine'),
    ],
)
def test_runs_of_real_splits(run_benchmark, monkeypatch, extra, folder):
    words = f'zs_jhmdb --splits 2 --seeds 0 1 --cfg-options a=1 {extra}'
    args = parse(run_benchmark, monkeypatch, *words.split())
    runs = [
        (method.config, split, seed, method.options)
        for method, split, seed in run_benchmark.runs_of(args)
    ]
    options = tuple(
        f'{loader}_dataloader.dataset.label_split={folder}/split2.yaml'
        for loader in ('train', 'test')
    )
    assert runs == [
        ('ablation/jhmdb_baseline', 2, 0, (*options, 'a=1')),
        ('zs_jhmdb_split1', 2, 0, (*options, 'a=1')),
        ('zs_jhmdb_split1', 2, 1, (*options, 'a=1')),
    ]


@pytest.mark.parametrize(
    'words',
    [
        ('zs_jhmdb', '--splits', '5'),
        ('zs_stage', '--splits', '1'),
        ('zs_ava', '--write-docs'),
    ],
)
def test_options_that_do_not_fit(run_benchmark, monkeypatch, words, capsys):
    with pytest.raises(SystemExit):
        parse(run_benchmark, monkeypatch, *words)
    assert 'error: ' in capsys.readouterr().err


def test_failed_run_does_not_lose_the_others(
    run_benchmark, monkeypatch, tmp_path, capsys
):
    """Finished runs are not run again."""
    seen = []
    benchmark = run_benchmark.SPLIT_BENCHMARKS['zs_ucf']
    metrics = dict.fromkeys(benchmark.metrics, 0.5)

    def run(method, seed, folder):
        seen.append((method.config, seed))
        if method.config.endswith('baseline'):
            return False
        folder.mkdir(parents=True)
        (folder / 'metrics.json').write_text(json.dumps(metrics))
        return True

    monkeypatch.setattr(run_benchmark, 'run', run)
    words = ['zs_ucf', '--splits', '1', '--seeds', '7', '--out', str(tmp_path)]
    monkeypatch.setattr('sys.argv', ['tool', *words])
    for _ in range(2):
        with pytest.raises(SystemExit, match='1 of 2 runs failed'):
            run_benchmark.main()
    assert seen == [
        ('ablation/ucf_baseline', 7),
        ('zs_ucf_split1', 7),
        ('ablation/ucf_baseline', 7),
    ]
    text = (tmp_path / 'table.md').read_text()
    assert '| ST-CLIP | 50.00 | 50.00 |' in text
    assert '| CLIP, full frame | failed | failed |' in text
    assert 'FAILED' in capsys.readouterr().out


class FakeTools:
    """In place of training and testing; killed at one of the calls."""

    def __init__(self, metrics, kill_at=None):
        self.metrics = metrics
        self.kill_at = kill_at
        self.calls = []

    def __call__(self, command, log, title):
        folder = log.parent
        if len(self.calls) == self.kill_at:
            raise KeyboardInterrupt
        run = '/'.join(folder.parts[-2:])
        self.calls.append((Path(command[0]).stem, run))
        (folder / '20261124').mkdir(parents=True, exist_ok=True)
        if command[0] == 'tools/train.py':
            assert '--resume' in command
            (folder / 'last_checkpoint').write_text('iter_9.pth\n')
        else:
            number = 0.5 + 0.1 * (folder.name == 'seed1')
            content = json.dumps(dict.fromkeys(self.metrics, number))
            (folder / '20261124' / 'a.json').write_text(content)
        return True


@pytest.mark.parametrize('kill_at, done', enumerate([0, 1, 1, 3, 3]))
def test_killed_benchmark_goes_on(
    run_benchmark, monkeypatch, tmp_path, kill_at, done
):
    """In training or testing: that run is done again, no other."""
    import experiments

    metrics = run_benchmark.SPLIT_BENCHMARKS['zs_ucf'].metrics

    def run(out, kill_at=None):
        fake = FakeTools(metrics, kill_at)
        monkeypatch.setattr(experiments, 'call', fake)
        words = ['zs_ucf', '--splits', '1', '--seeds', '0', '1', '--out', out]
        monkeypatch.setattr('sys.argv', ['tool', *map(str, words)])
        run_benchmark.main()
        return fake.calls

    calls = run(tmp_path / 'whole')
    assert len(calls) == 5
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / 'killed', kill_at)
    assert not (tmp_path / 'killed' / 'table.md').exists()
    assert run(tmp_path / 'killed') == calls[done:]
    whole, killed = (
        (tmp_path / name / 'table.md').read_text()
        for name in ('whole', 'killed')
    )
    assert '| ST-CLIP | 55.00 +- 7.07 |' in whole
    assert killed == whole


def test_page_is_filled_between_its_marks(tables, tmp_path):
    page = tmp_path / 'page.md'
    page.write_text('a\n<!-- x: start -->\nold\n<!-- x: end -->\nb\n')
    tables.fill_page(page, 'x', 'new')
    expected = 'a\n<!-- x: start -->\n\nnew\n<!-- x: end -->\nb\n'
    assert page.read_text() == expected
    with pytest.raises(SystemExit, match='has no marks'):
        tables.fill_page(page, 'y', 'new')


def test_second_tests_follow_their_run(run_benchmark, tables, tmp_path):
    """A row that tests a run again has a folder of its own below it."""
    for track in run_benchmark.ZS_STAGE.values():
        folders = [
            tables.run_folder(tmp_path, method, 0) for method in track.methods
        ]
        assert len(set(folders)) == len(folders)
        for place, method in enumerate(track.methods):
            if method.test:
                assert folders[place].parent in folders[:place]


def test_every_track_has_its_marks(run_benchmark, tables, tmp_path):
    """Filling a table leaves all else as it is."""
    page = tmp_path / 'page.md'
    before = (ROOT / 'docs' / 'zs_stage.md').read_text()
    for name in run_benchmark.ZS_STAGE:
        page.write_text(before)
        tables.fill_page(page, f'zs_stage_{name}', 'new')
        start, end = (
            f'<!-- zs_stage_{name}: {at} -->' for at in ('start', 'end')
        )
        head, rest = before.split(start)
        tail = rest.split(end)[1]
        assert page.read_text() == f'{head}{start}\n\nnew\n{end}{tail}'


def test_every_row_has_its_config(run_benchmark):
    methods = [
        method
        for part in (run_benchmark.ZS_STAGE, run_benchmark.SPLIT_BENCHMARKS)
        for benchmark in part.values()
        for method in benchmark.methods
    ]
    for method in methods:
        assert (ROOT / f'configs/{method.config}.py').is_file()
    for name, benchmark in run_benchmark.SPLIT_BENCHMARKS.items():
        for split in benchmark.splits:
            file = ROOT / f'data/splits/{name}/split{split}.yaml'
            assert file.is_file()
