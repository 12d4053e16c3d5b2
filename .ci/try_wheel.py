"""Build sdist and wheel, install the wheel, and try it outside the checkout.

    .venv/bin/python .ci/try_wheel.py

The wheel goes into an environment of its own, which sees the packages of the
one that runs this, but not the checkout.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PIP = (sys.executable, '-m', 'pip', '--disable-pip-version-check')


def build(folder: Path) -> Path:
    """Make an sdist, and of it the wheel that is returned."""
    code = 'import sys, setuptools.build_meta as b; b.build_sdist(sys.argv[1])'
    quiet = dict(check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    subprocess.run([sys.executable, '-c', code, str(folder)], **quiet)
    (sdist,) = folder.glob('*.tar.gz')
    wheel = build_wheel(sdist, folder / 'of_sdist')
    # Leftovers of older builds would get into the wheel of a checkout.
    shutil.rmtree(ROOT / 'build', ignore_errors=True)
    other = build_wheel(ROOT, folder / 'of_checkout')
    shutil.rmtree(ROOT / 'build')
    if contents(wheel) != contents(other):
        names = sorted({name for name, _ in contents(wheel) ^ contents(other)})
        raise SystemExit(f'sdist and checkout make different wheels: {names}')
    for file in (sdist, wheel):
        print(f'{file.name}: {file.stat().st_size / 2**20:.1f} MiB')
    print(f'{len(contents(wheel))} files in the wheel')
    return wheel


def build_wheel(source: Path, folder: Path) -> Path:
    """Let pip make a wheel with what is installed here."""
    options = ('--quiet', '--no-deps', '--no-build-isolation', '-w', folder)
    subprocess.run([*PIP, 'wheel', *options, source], check=True)
    (wheel,) = folder.glob('*.whl')
    return wheel


def contents(wheel: Path) -> set[tuple[str, int]]:
    """Names and checksums of the files in a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return {
            (entry.filename, entry.CRC)
            for entry in archive.infolist()
            if not entry.filename.endswith('/RECORD')
        }


def install(wheel: Path, folder: Path) -> Path:
    """Install it beside the packages that are here; the new Python."""
    venv = [sys.executable, '-m', 'venv', '--without-pip', folder]
    subprocess.run(venv, check=True)
    python = folder / 'bin' / 'python'
    options = ('install', '--quiet', '--no-deps', wheel)
    subprocess.run([*PIP, '--python', python, *options], check=True)
    (packages,) = folder.glob('lib/python*/site-packages')
    here = sysconfig.get_path('purelib')
    # A path in such a file is searched last, and .pth files in it are not
    # read: the checkout that is installed there stays out of sight.
    (packages / 'others.pth').write_text(f'{here}\n')
    return python


def main() -> None:
    """Build, install, try."""
    with tempfile.TemporaryDirectory() as folder:
        wheel = build(Path(folder))
        python = install(wheel, Path(folder) / 'venv')
        shutil.copy(ROOT / 'tools/smoke_test.py', folder)
        env = {k: v for k, v in os.environ.items() if k != 'PYTHONPATH'}
        command = [python, Path(folder) / 'smoke_test.py']
        subprocess.run(command, check=True, cwd=folder, env=env)


if __name__ == '__main__':
    main()
