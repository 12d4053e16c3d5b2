"""Each mend works where the real thing is missing, and is inert elsewhere.

Fresh interpreters meet packages made for the purpose, which lack or have
what is mended; the installed packages are tried as they are, in
tests/test_registry.py.
"""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from stclip.compat import stand_ins, torchvision_schemas

ROOT = Path(__file__).parents[2]


def run_python(code: str, *folders: Path) -> dict:
    """Run code in a fresh interpreter; returns the JSON of its last line."""
    paths = [str(folder) for folder in (*folders, ROOT)]
    done = subprocess.run(
        [sys.executable, '-c', code],
        env={**os.environ, 'PYTHONPATH': os.pathsep.join(paths)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def write(path: Path, text: str = '') -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def make_packages(folder: Path, *, complete: bool) -> Path:
    """Packages named like the real ones, with or without their faults."""
    localizers = folder / 'mmaction' / 'models' / 'localizers'
    for package in (
        folder / 'torchvision',
        folder / 'mmcv',
        folder / 'mmaction',
        localizers.parent,
        localizers,
    ):
        write(package / '__init__.py')
    operators = folder / 'torchvision' / '_C.so'
    if complete:
        # Any library of this torch loads, like a matching torchvision's.
        shutil.copy(torch._C.__file__, operators)
        write(folder / 'mmcv' / '_ext.py', 'def nms():\n    return "real"\n')
        write(localizers / 'drn' / '__init__.py')
        write(localizers / 'drn' / 'drn.py', 'DRN = "real"\n')
    else:
        write(operators, 'made for another torch')
    return folder


FACTS = """
import importlib.util, json, pathlib, sys
import stclip
importlib.util.find_spec('torchvision')
steps = ['torch' in sys.modules]
import torchvision
import torch
steps.append(hasattr(torch.ops.torchvision, 'nms'))
import mmcv._ext
from mmaction.models.localizers.drn import drn
stclip.compat.install()
print(json.dumps({
    'steps': steps,
    'schemas': [hasattr(torch.ops.torchvision, n) for n in ('nms', 'qnms')],
    'mmcv._ext': pathlib.Path(mmcv._ext.__file__).name,
    'drn': str(drn.DRN),
    'finders': [type(f).__name__ for f in sys.meta_path],
}))
"""


def test_missing_parts_are_stood_in_for(tmp_path: Path) -> None:
    facts = run_python(FACTS, make_packages(tmp_path, complete=False))
    # Mended when it is imported, and not before.
    assert facts['steps'] == [False, True]
    assert facts['schemas'] == [True, True]
    assert facts['mmcv._ext'] == 'mmcv_ext.py'
    assert 'mmaction.models.localizers.drn.drn.DRN' in facts['drn']
    # A second install adds no second finder.
    assert facts['finders'][-1] == 'StandInFinder'
    for finder in ('StandInFinder', 'TorchvisionFinder'):
        assert facts['finders'].count(finder) == 1


def test_real_parts_come_first(tmp_path: Path) -> None:
    facts = run_python(FACTS, make_packages(tmp_path, complete=True))
    assert facts['schemas'] == [False, False]
    assert facts['mmcv._ext'] == '_ext.py'
    assert facts['drn'] == 'real'


def test_imported_torchvision_is_left_alone(tmp_path: Path) -> None:
    code = (
        'import json, torch, torchvision, stclip\n'
        'print(json.dumps(hasattr(torch.ops.torchvision, "nms")))'
    )
    packages = make_packages(tmp_path, complete=False)
    assert run_python(code, packages) is False


def test_bare_import_is_light() -> None:
    code = (
        'import importlib.util, json, sys, stclip\n'
        'assert importlib.util.find_spec("torchvision")\n'
        'print(json.dumps(sorted({m.split(".")[0] for m in sys.modules})))'
    )
    heavy = {'mmcv', 'mmdet', 'mmaction', 'mmengine', 'torchvision', 'cv2'}
    heavy |= {'torch', 'open_clip', 'numpy', 'av', 'matplotlib'}
    assert not heavy & set(run_python(code))


def test_torchvision_operators_are_used_where_they_load() -> None:
    code = """
import importlib.util
import json
import torch
import stclip
library = torch.library.Library('torchvision', 'FRAGMENT')
if not hasattr(torch.ops.torchvision, 'nms'):
    library.define('nms(Tensor d, Tensor s, float t) -> Tensor')
library.define('roi_align(Tensor x, Tensor r, float s, int h, int w, '
               'int n, bool a) -> Tensor')
library.define('_roi_align_backward(Tensor g, Tensor r, float s, int h, '
               'int w, int b, int c, int y, int x, int n, bool a) -> Tensor')
cpu = 'CPU'
library.impl('nms', lambda d, s, t: d[:, 2].long(), cpu)
library.impl('roi_align', lambda x, r, s, h, w, n, a:
             x.new_full((len(r), x.shape[1], h, w), n), cpu)
library.impl('_roi_align_backward', lambda g, r, s, h, w, b, c, y, x, n, a:
             g.new_full((b, c, y, x), s), cpu)
from stclip.compat.operators.nms import nms
from stclip.compat.operators.roi_align import (
    roi_align_backward, roi_align_forward)
boxes = torch.tensor([[0., 0, 5, 5], [0, 0, 7, 7]])
out, grad, none = torch.zeros(2, 3, 4, 5), torch.zeros(1, 3, 6, 7), None
how = dict(aligned_height=4, aligned_width=5, spatial_scale=0.5,
           sampling_ratio=2, pool_mode=1, aligned=True)
rois = torch.zeros(2, 5)
roi_align_forward(grad, rois, out, none, none, **how)
roi_align_backward(out, rois, none, none, grad, **how)
print(json.dumps([nms(boxes, boxes[:, 2], 0.5).tolist(),
                  nms(boxes, boxes[:, 2], 0.5, offset=1).tolist(),
                  out.unique().tolist(), grad.unique().tolist()]))
"""
    import torchvision  # noqa: F401 mended, or with its own operators

    if torchvision_schemas._library is None:
        # The real operators load: theirs are what test_nms.py and
        # test_roi_align.py compare with the plain loops.
        assert hasattr(torch.ops.torchvision, 'roi_align')
        return
    assert run_python(code) == [[5, 7], [6, 8], [2.0], [0.5]]


@pytest.fixture(scope='module')
def mmcv_ext():
    """The stand-in itself, also where a compiled mmcv is installed."""
    spec = stand_ins.StandInFinder().find_spec('mmcv._ext')
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_unknown_operator_fails_when_called(mmcv_ext) -> None:
    operator = mmcv_ext.softnms
    assert operator.__name__ == 'softnms'
    with pytest.raises(NotImplementedError, match=r"'softnms'.*install"):
        operator(1, two=2)
    assert not hasattr(mmcv_ext, '__path__')


def test_max_pooling_is_refused(mmcv_ext) -> None:
    shape = dict(aligned_height=1, aligned_width=1, spatial_scale=1.0)
    how = dict(**shape, sampling_ratio=0, pool_mode=0, aligned=True)
    tensors = [torch.zeros(1)] * 5
    for operator in (mmcv_ext.roi_align_forward, mmcv_ext.roi_align_backward):
        with pytest.raises(NotImplementedError, match='max'):
            operator(*tensors, **how)


def test_missing_localizer_names_its_source() -> None:
    from stclip.compat.stand_ins.drn.drn import DRN

    with pytest.raises(NotImplementedError, match='source repository'):
        DRN(vocab_size=1)
