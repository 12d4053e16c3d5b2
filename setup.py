"""Package stclip; docs/dependencies.md gives a reason for every package."""

import re
from pathlib import Path

from setuptools import find_packages, setup

VERSION = re.search(
    r"^__version__ = '([^']+)'",
    Path(__file__).with_name('stclip').joinpath('__init__.py').read_text(),
    re.MULTILINE,
).group(1)

setup(
    name='stclip',
    version=VERSION,
    description='Zero-shot spatio-temporal action detection',
    license='Apache-2.0',
    packages=find_packages(include=['stclip', 'stclip.*']),
    python_requires='>=3.10',
    install_requires=[
        'torch>=2.13,<2.14',
        'torchvision>=0.28,<0.29',
        'mmengine>=0.10.7,<0.11',
        'mmcv-lite>=2.1,<2.2',
        'mmdet>=3.3,<3.4',
        'mmaction2>=1.2,<1.3',
        'open_clip_torch>=3.3,<3.4',
        'loralib>=0.1.2,<0.2',
        'av>=17,<19',
        'click>=8.1,<9',
        'matplotlib>=3.9,<4',
        'numpy>=2,<3',
        'opencv-python>=4.10,<6',
        'pillow>=11,<14',
        'PyYAML>=6,<7',
        'scipy>=1.14,<2',
        'tensorboard>=2.18,<3',
        'tqdm>=4.66,<5',
        # Imported by mmaction2 and mmengine, but missing in their own lists.
        'importlib-metadata>=8',
        'setuptools<81',
    ],
    extras_require={
        'test': ['pytest>=8,<10', 'pytest-xdist>=3.8,<4'],
        'lint': ['ruff>=0.17,<0.18', 'pre-commit>=4,<5'],
    },
)
