"""Exported scoring: values of ONNX Runtime and of a loaded program."""

import json

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from page_blocks import ROOT
from page_runs import RUNS, run_block
from PIL import Image
from tiny_model import ONE_LAYER, SIZE, make_keyframe
from tower_families import RESNET

from stclip.apis.exporting import CARD, export_scoring
from stclip.apis.inferencer import ActionInferencer
from stclip.labels.label_question import label_question
from stclip.labels.label_space import LabelSpace
from stclip.registry import MODELS
from stclip.structures.box_table import PersonBoxes

EXAMPLE = 'docs/how_to/export_a_model.md'
NAMES = ('sit', 'drink', 'shake hands')
CONFIG = 'configs/zs_stage_multi.py'
PIPELINE = [
    dict(
        type='LoadKeyframe', size=SIZE, num_frames=9, stride=2, mode='squash'
    ),
    dict(type='CropPersons', size=SIZE, mode='squash'),
    dict(type='PackKeyframe'),
]
MODELS_OF = dict(
    st_clip=dict(
        type='STCLIP',
        clip=dict(arch=ONE_LAYER, lora_rank=2),
        temporal=dict(num_frames=9),
        num_interest_tokens=6,
    ),
    plain=dict(type='CLIPBaseline', view='both', clip=dict(arch=ONE_LAYER)),
    whole=dict(type='CLIPBaseline', view='both', clip=dict(arch=RESNET)),
)


def config_of(kind, folder):
    """A config in a file, with weights that training could have left."""
    torch.manual_seed(0)
    model = MODELS.build(MODELS_OF[kind]).eval()
    for parameter in model.parameters():
        if parameter.requires_grad:
            torch.nn.init.normal_(parameter, std=0.2)
    # The names that the page has.
    checkpoint, config = folder / 'iter_200.pth', folder / CONFIG
    torch.save(dict(state_dict=model.state_dict()), checkpoint)
    data = dict(dataset=dict(pipeline=PIPELINE))
    cfg = Config(dict(model=MODELS_OF[kind], test_dataloader=data))
    config.parent.mkdir()
    cfg.dump(config)
    return model, config, checkpoint


class Exported:
    """A tiny model, in this process and as ONNX."""

    def __init__(self, kind, folder):
        self.model, *files = config_of(kind, folder)
        self.out = folder / 'scoring.onnx'
        # What an export that was killed leaves.
        (folder / '.scoring.onnx.parts').mkdir()
        (folder / '.scoring.onnx.parts/scoring.onnx').write_text('half')
        if kind == 'st_clip':  # by the command of the documentation
            with pytest.MonkeyPatch.context() as patch:
                patch.chdir(folder)
                (block,) = RUNS[EXAMPLE, 'export_model']
                run_block(block)
        else:
            space = label_question(NAMES)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(
                    torch.onnx, 'export', self.keep(torch.onnx.export)
                )
                export_scoring(*files, space, 'onnx', self.out)
        self.card = json.loads(self.out.with_suffix('.json').read_text())
        self.text = np.load(self.out.with_suffix('.npy'))
        self.folder, self.given = folder, files
        self.session = onnxruntime.InferenceSession(
            self.out, providers=['CPUExecutionProvider']
        )

    def keep(self, export):
        """Keep what PyTorch makes, which takes seconds."""

        def kept(*args, **options):
            self.written = export(*args, **options)
            return self.written

        return kept

    def run(self, sample, text):
        given = {k: v.numpy() for k, v in sample['inputs'].items()}
        given['text'] = text
        wanted = [one.name for one in self.session.get_inputs()]
        return self.session.run(None, {name: given[name] for name in wanted})


@pytest.fixture(scope='module', params=['st_clip', 'plain'])
def exported(request, tmp_path_factory):
    return Exported(request.param, tmp_path_factory.mktemp(request.param))


@pytest.mark.parametrize('persons', [0, 1, 2, 7])
@pytest.mark.parametrize('names', [NAMES, NAMES[2:3]])
@pytest.mark.parametrize('frames', [1, 9])
@torch.inference_mode()
def test_onnx_equals_a_test_step(exported, persons, names, frames):
    """Of other numbers of persons, labels and frames than it was made of."""
    sample = make_keyframe(persons, frames, persons, LabelSpace(names))
    text = exported.text[[NAMES.index(name) for name in names]]
    probs, logits = exported.run(sample, text)
    assert probs.shape == logits.shape == (persons, len(names))
    if not persons:
        return
    (result,) = exported.model.test_step(pseudo_collate([sample]))
    expected = result.pred_instances.action_probs
    np.testing.assert_allclose(probs, expected, atol=1e-4)
    assert probs.std() > 1e-3 or len(names) == 1  # nothing is all alike


def test_what_lies_beside(exported):
    card = exported.card
    assert card['labels'] == list(NAMES)
    assert (card['scores'], card['size'], card['resize']) == (
        'softmax',
        SIZE,
        'squash',
    )
    reads_window = card['model'] == 'STCLIP'
    assert card['num_frames'] == (9 if reads_window else 1)
    assert card['frame_interval'] == 2
    np.testing.assert_allclose(card['mean'], (122.7709, 116.746, 104.0937))
    inside = exported.session.get_modelmeta().custom_metadata_map[CARD]
    assert json.loads(inside) == card
    with torch.no_grad():
        text = exported.model.encode_labels(LabelSpace(NAMES))
    np.testing.assert_array_equal(exported.text, text)
    assert sorted(f.name for f in exported.folder.glob('scoring.*')) == [
        *('scoring.json', 'scoring.npy', 'scoring.onnx')
    ]


def test_nothing_else_is_left(exported):
    names = [path.name for path in exported.folder.iterdir()]
    assert [name for name in names if name.startswith('.')] == []


@pytest.mark.parametrize('exported', ['st_clip'], indirect=True)
def test_the_example_of_the_docs(exported, monkeypatch):
    """It gives what ``stclip infer`` finds on the same frame and box."""
    _, code = (
        (ROOT / EXAMPLE).read_text().split('test_exporting.py -->\n```python')
    )
    code = code.split('```')[0]
    rng = np.random.default_rng(0)
    folder = exported.folder / 'frames'
    folder.mkdir()
    for number in range(20):
        pixels = rng.integers(0, 256, (96, 128, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f'{number:05d}.png')
    monkeypatch.chdir(exported.folder)
    seen = {}
    exec(code, seen)
    box = PersonBoxes(np.float32([[20, 10, 60, 90]]), np.ones(1, np.float32))
    infer = ActionInferencer(
        *exported.given, 'cpu', lambda frames: [box for _ in frames]
    )
    found = infer(folder, NAMES, stride=8, track=False).frames[1]
    assert found.frame_idx == 8
    np.testing.assert_allclose(seen['probs'], found.action_probs, atol=1e-4)


@pytest.mark.parametrize('exported', ['plain'], indirect=True)
@torch.inference_mode()
def test_products_in_int8(tmp_path, exported, monkeypatch):
    """Weights of a quarter of the size; all layers' are in eight bits."""
    # Up to here it is the same export; its card is written anew.
    exported.written.model.metadata_props.clear()
    monkeypatch.setattr(
        torch.onnx, 'export', lambda *_, **__: exported.written
    )
    model, whole = exported.model, exported.out
    out = tmp_path / 'scoring.onnx'
    space = label_question(NAMES)
    export_scoring(*exported.given, space, 'onnx-int8', out)
    kinds = [node.op_type for node in onnx.load(out).graph.node]
    products = [n.op_type for n in onnx.load(whole).graph.node].count('MatMul')
    # Not the two of attention.
    assert kinds.count('MatMulInteger') == products - 2
    assert out.stat().st_size < 0.6 * whole.stat().st_size
    assert sorted(f.name for f in tmp_path.glob('.*')) == []
    session = onnxruntime.InferenceSession(
        out, providers=['CPUExecutionProvider']
    )
    assert CARD in session.get_modelmeta().custom_metadata_map
    sample = make_keyframe(3, 9, 0, LabelSpace(NAMES))
    probs, _ = session.run(
        None,
        dict(
            keyframe=sample['inputs']['keyframe'].numpy(),
            crops=sample['inputs']['crops'].numpy(),
            text=np.load(out.with_suffix('.npy')),
        ),
    )
    (result,) = model.test_step(pseudo_collate([sample]))
    expected = result.pred_instances.action_probs.numpy()
    assert 0 < np.abs(probs - expected).max() < 0.1 * expected.std()


@torch.inference_mode()
def test_a_program_of_torch(tmp_path):
    """Also with a sigmoid for each label."""
    model, *files = config_of('st_clip', tmp_path)
    out = tmp_path / 'scoring.pt2'
    space = label_question(NAMES, independent=True)
    export_scoring(*files, space, 'torch', out)
    extra = {CARD: ''}
    program = torch.export.load(out, extra_files=extra)
    assert json.loads(extra[CARD])['scores'] == 'sigmoid'
    names = {name.split('.')[3] for name in program.state_dict}
    assert 'token_embedding' not in names  # texts are encoded already
    text = torch.from_numpy(np.load(tmp_path / 'scoring.npy'))
    for persons in (0, 1, 3):
        sample = make_keyframe(persons, labels=space)
        probs, _ = program.module()(**sample['inputs'], text=text)
        assert probs.shape == (persons, len(NAMES))
        (result,) = model.test_step(pseudo_collate([sample]))
        expected = result.pred_instances.action_probs
        torch.testing.assert_close(probs, expected, atol=1e-4, rtol=0)
    one = make_keyframe(1, labels=LabelSpace(NAMES[:1]))
    probs, _ = program.module()(**one['inputs'], text=text[:1])
    assert probs.shape == (1, 1)


@torch.inference_mode()
def test_a_tower_that_is_used_as_a_whole(tmp_path):
    """It has no patches that anybody could spot."""
    model, *files = config_of('whole', tmp_path)
    out = tmp_path / 'scoring.pt2'
    export_scoring(*files, label_question(NAMES), 'torch', out)
    text = torch.from_numpy(np.load(tmp_path / 'scoring.npy'))
    sample = make_keyframe(2, labels=LabelSpace(NAMES))
    pictures = {key: sample['inputs'][key] for key in ('keyframe', 'crops')}
    program = torch.export.load(out).module()
    probs, _ = program(**pictures, text=text)
    (result,) = model.test_step(pseudo_collate([sample]))
    expected = result.pred_instances.action_probs
    torch.testing.assert_close(probs, expected, atol=1e-4, rtol=0)


def test_labels_of_several_kinds(tmp_path):
    """Those of infer that are one softmax, and those that are not."""
    _, *files = config_of('plain', tmp_path)
    out = tmp_path / 'scoring.onnx'
    mixed = label_question(NAMES, independent=['drink'])
    groups = label_question(NAMES, groups=[NAMES[:2], NAMES[2:]])
    behind = label_question(NAMES, independent=True, background=['stand'])
    for space in (mixed, groups, behind):
        with pytest.raises(ValueError, match='one softmax over all labels'):
            export_scoring(*files, space, 'onnx', out)
    with pytest.raises(ValueError, match=r'ends in \.pt2 for torch'):
        export_scoring(*files, label_question(NAMES), 'torch', out)
    assert not out.exists()


def test_more_interest_tokens_than_tokens(tmp_path):
    _, config, _ = config_of('st_clip', tmp_path)
    cfg = Config.fromfile(config)
    cfg.model.num_interest_tokens = 18  # of 16 patches and a class token
    cfg.dump(config)
    out = tmp_path / 'scoring.pt2'
    space = label_question(NAMES)
    with pytest.raises(ValueError, match=r'18, but .* has 17 tokens'):
        export_scoring(config, None, space, 'torch', out)
    assert not out.exists()
