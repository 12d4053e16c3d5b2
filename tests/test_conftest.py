"""No test goes missing unnoticed where the reference numbers are."""

import shutil
from pathlib import Path

import pytest
from forks import run_processes

ROOT = Path(__file__).parents[1]
TESTS = """
import pytest

def test_passes():
    pass

@pytest.mark.shared
def test_reads(shared_dir):
    assert shared_dir.is_dir()
"""
SKIPPING = """
@pytest.mark.skip(reason='none')
def test_never_runs():
    pass
"""


def run_pytest(folder: Path, tests: str, shared: Path | None) -> tuple:
    shutil.copy(ROOT / 'tests' / 'conftest.py', folder)
    folder.joinpath('test_these.py').write_text(tests)
    options = ['-p', 'no:cacheprovider', '-c', str(ROOT / 'pyproject.toml')]
    (done,) = run_processes(
        'import pytest, sys; sys.exit(pytest.main(sys.argv[1:]))',
        *(*options, f'--basetemp={folder / "temp"}', folder),
        environs=[{'STCLIP_SHARED': str(shared or '')}],
        folder=folder,
    )
    return done.returncode, done.output


def test_shared_tests_are_left_out_without_the_folder(tmp_path: Path) -> None:
    code, output = run_pytest(tmp_path, TESTS + SKIPPING, None)
    assert code == pytest.ExitCode.OK, output
    assert '1 passed, 1 skipped, 1 deselected' in output


def test_shared_tests_run_and_a_skip_fails(tmp_path: Path) -> None:
    code, output = run_pytest(tmp_path, TESTS, tmp_path)
    assert code == pytest.ExitCode.OK, output
    assert '2 passed' in output
    code, output = run_pytest(tmp_path, TESTS + SKIPPING, tmp_path)
    assert code == pytest.ExitCode.TESTS_FAILED
    assert '1 skipped: counted as failure' in output
