"""Setup of a virtual environment with stclip and all it needs.

Used by the Makefile: python3 tools/make_venv.py FOLDER. Runs on the bare
Python of the machine, which may be too old: keep the syntax plain.
"""

import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request

OLDEST, NEWEST = (3, 11), (3, 13)
CPU_INDEX = 'https://download.pytorch.org/whl/cpu'
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def check_python():
    """Exit with one clear line on a Python that cannot run stclip."""
    version = sys.version_info[:2]
    if not OLDEST <= version <= NEWEST:
        sys.exit(
            'stclip needs Python %d.%d to %d.%d, but %s is %d.%d: install '
            'one of these and name it, as in `make test PYTHON=python3.12`'
            % (OLDEST + NEWEST + (sys.executable,) + version)
        )
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        sys.exit(
            'this Python cannot make virtual environments: install the '
            'package python%d.%d-venv of your system' % version
        )


def has_nvidia_gpu():
    """Whether an NVIDIA driver is at work."""
    if os.path.exists('/proc/driver/nvidia/version'):
        return True
    tool = shutil.which('nvidia-smi')
    return (
        tool is not None
        and subprocess.call([tool, '--list-gpus'], stdout=subprocess.DEVNULL)
        == 0
    )


def extra_index():
    """Pip options that prefer a CPU build where no GPU can use another.

    ``2.13.0+cpu`` ranks above ``2.13.0``, so making the build visible is
    enough; a wheel in a configured ``find-links`` folder is taken likewise.
    Without either, the registry's larger build works as well.
    """
    if has_nvidia_gpu():
        return []
    try:
        urllib.request.urlopen(CPU_INDEX + '/torch/', timeout=5).close()
    except (urllib.error.URLError, OSError):
        print("PyTorch's CPU index is out of reach: asking pip's own")
        return []
    return ['--extra-index-url', CPU_INDEX]


def repair_opencv(python):
    """Take OpenCV's build without windows where the other cannot load.

    The packages of OpenMMLab ask for the build that needs libGL, which bare
    machines lack. Both builds are the same module.
    """
    probe = [python, '-c', 'import cv2']
    if subprocess.call(probe, stderr=subprocess.DEVNULL) == 0:
        return
    name = 'opencv-contrib-python'
    show = [
        python,
        '-c',
        'from importlib.metadata import version; print(version("%s"))' % name,
    ]
    version = subprocess.check_output(show).decode().strip()
    headless = '%s-headless==%s' % (name, version)
    pip = [python, '-m', 'pip', 'install', '--force-reinstall', '--no-deps']
    subprocess.check_call([*pip, headless])
    subprocess.check_call(probe)


def main():
    """Make the environment, or bring it up to date."""
    check_python()
    folder = os.path.abspath(sys.argv[1])
    python = os.path.join(folder, 'bin', 'python')
    print('Setting up %s: some minutes, once' % folder)
    subprocess.check_call([sys.executable, '-m', 'venv', folder])
    pip = [python, '-m', 'pip', 'install', '--disable-pip-version-check']
    # Wheels only: compiling would need tools that a bare machine lacks.
    pip += ['--only-binary', ':all:', *extra_index()]
    subprocess.check_call([*pip, '--editable', ROOT + '[test]'])
    repair_opencv(python)


if __name__ == '__main__':
    main()
