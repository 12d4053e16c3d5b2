"""Package stclip; docs/dependencies.md gives a reason for every package."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

# Builders run this file from its own folder, wherever they were started.
ROOT = Path(__file__).parent
# Travels below stclip/.mim, as in every package of OpenMMLab. data/ is named
# piece by piece: data sets and weights that a user put there stay out.
SHIPPED = (
    'configs',
    'tools',
    'model-index.yml',
    'data/README.md',
    'data/attributes',
    'data/knowledge',
    'data/labels',
    'data/models',
    'data/pretrained/tiny_clip',
    'data/pretrained/tiny_person_detector',
    'data/published',
    'data/splits',
    'data/words',
)
# What writes and runs exported models.
EXPORT = [
    'onnx>=1.23,<2',
    'onnxruntime>=1.32,<2',
    'onnxscript>=0.7.2,<0.8',
]
# What serves the page.
SERVE = ['starlette>=1,<2', 'uvicorn>=0.40,<1']
# What reads texts for towers whose tokenizer is none of CLIP's.
TOKENIZERS = ['tokenizers>=0.23,<0.24']
# Tables of corpora, and the engine that shares them among machines.
CORPUS = ['pyarrow>=26,<27']
RAY = ['ray[data]>=2.60,<2.61', *CORPUS]
VERSION = re.search(
    r"^__version__ = '([^']+)'",
    (ROOT / 'stclip/__init__.py').read_text(encoding='utf-8'),
    re.MULTILINE,
).group(1)


def shipped_files() -> Iterator[Path]:
    """Files below SHIPPED, relative to the checkout."""
    for name in SHIPPED:
        path = ROOT / name
        for file in sorted(path.rglob('*')) if path.is_dir() else [path]:
            if file.is_file() and '__pycache__' not in file.parts:
                yield file.relative_to(ROOT)


class BuildWithFiles(build_py):
    """Takes the shipped files along: copies, or links in a checkout."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            link_files(ROOT / 'stclip/.mim')
            return
        # What an earlier build left here may be gone from the checkout.
        shutil.rmtree(Path(self.build_lib, 'stclip/.mim'), ignore_errors=True)
        for file, target in zip(shipped_files(), self._targets(), strict=True):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / file, target)

    def _targets(self) -> list[Path]:
        folder = Path(self.build_lib, 'stclip/.mim')
        return [folder / file for file in shipped_files()]

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        outputs = super().get_outputs(include_bytecode)
        if self.editable_mode:
            return outputs
        return [*outputs, *map(str, self._targets())]

    def get_source_files(self) -> list[str]:
        """What an sdist needs to build the same wheel."""
        return [*super().get_source_files(), *map(str, shipped_files())]


def link_files(folder: Path) -> None:
    """Let an editable install find the files as an installed one does."""
    folder.mkdir(exist_ok=True)
    for name in sorted({Path(name).parts[0] for name in SHIPPED}):
        link = folder / name
        link.unlink(missing_ok=True)
        link.symlink_to(Path('../..') / name)


setup(
    name='stclip',
    version=VERSION,
    description='Zero-shot spatio-temporal action detection',
    long_description=(ROOT / 'README.md').read_text(encoding='utf-8'),
    long_description_content_type='text/markdown',
    license='Apache-2.0',
    license_files=['LICENSE'],
    keywords='action detection, zero-shot, CLIP, video, OpenMMLab',
    project_urls={
        'ST-CLIP': 'https://arxiv.org/abs/2408.15996',
        'DA-STI': 'https://arxiv.org/abs/2510.27255',
        'STDD': 'https://arxiv.org/abs/2412.09895',
    },
    classifiers=[
        'Development Status :: 4 - Beta',
        'Environment :: Console',
        'Intended Audience :: Science/Research',
        'Operating System :: POSIX :: Linux',
        'Programming Language :: Python :: 3',
        'Programming Language :: Python :: 3.11',
        'Programming Language :: Python :: 3.12',
        'Programming Language :: Python :: 3.13',
        'Topic :: Scientific/Engineering :: Artificial Intelligence',
        'Topic :: Scientific/Engineering :: Image Recognition',
        'Typing :: Typed',
    ],
    packages=find_packages(include=['stclip', 'stclip.*']),
    package_data={'stclip': ['py.typed', 'page/static/*']},
    cmdclass={'build_py': BuildWithFiles},
    entry_points={'console_scripts': ['stclip = stclip.cli.main:main']},
    python_requires='>=3.11',
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
        'httpx2>=2.16,<3',
        'huggingface_hub>=2,<3',
        'jinja2>=3.1,<4',
        'matplotlib>=3.9,<4',
        'numpy>=2,<3',
        'opencv-python>=4.10,<6',
        'packaging>=23,<27',
        'pillow>=11,<14',
        'PyYAML>=6,<7',
        'safetensors>=0.8,<0.9',
        'scipy>=1.14,<2',
        'supervision>=0.31,<0.32',
        'tenacity>=9,<10',
        'tensorboard>=2.18,<3',
        'timm>=1.0.31,<1.1',
        'tqdm>=4.66,<5',
        'trackers>=2.6,<3',
        # Imported by mmaction2 and mmengine, but missing in their own lists.
        'importlib-metadata>=8',
        'setuptools<81',
    ],
    extras_require={
        'corpus': CORPUS,
        'export': EXPORT,
        'fonts': [
            'manimgx-fonts>=2026.9,<2028',
            'manimgx-fonts-cjk>=2026.9,<2028',
        ],
        'ray': RAY,
        'serve': SERVE,
        'test': [
            'duckdb>=2,<3',
            'pandas>=3,<4',
            'playwright>=1.60,<2',
            'pytest>=8,<10',
            'pytest-xdist>=3.8,<4',
            *EXPORT,
            *RAY,
            *SERVE,
            *TOKENIZERS,
        ],
        'tokenizers': TOKENIZERS,
        'rfdetr': ['rfdetr>=1.11,<2'],
        'docs': [
            'sphinx>=9.0,<10',
            'myst-parser>=5.0,<6',
            'furo>=2025.12,<2027',
        ],
        'lint': ['ruff>=0.17,<0.18', 'pre-commit>=4,<5'],
    },
)
