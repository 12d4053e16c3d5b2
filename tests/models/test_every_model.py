"""What every registered model says, whatever its method."""

import copy
import os
import shutil
from functools import cache

import pytest
import torch
from every_model import (
    LABELS,
    batch_of,
    build,
    cases,
    keyframe_of,
    kinds,
    losses,
    probabilities,
    shipped,
)
from mmengine.dataset import pseudo_collate
from open_clip.transformer import VisionTransformer
from tiny_model import ONE_LAYER
from torch._inductor import config as inductor

from stclip.models.detection import RegionRecognizer
from stclip.models.detection.base import ActionDetector, KeyframeDetector
from stclip.utils.errors import UserError

# A change that a bf16 forward pass may make in a probability.
BF16 = 0.05
every_case = pytest.mark.parametrize('case', cases())


@pytest.fixture(scope='module')
def built():
    """Case -> its model; what changes one builds its own."""
    return cache(build)


@pytest.mark.parametrize('kind', sorted(kinds()))
def test_there_is_a_config(kind):
    assert kind in shipped(), f'no config of configs/ has a {kind}'


@every_case
def test_probabilities_are_finite_and_differ(case, built):
    model = built(case)
    found = probabilities(model, batch_of(model))
    assert found.isfinite().all() and (found >= 0).all() and (found <= 1).all()
    assert found.std() > 0


@every_case
def test_another_mode_is_refused_before_anything_is_looked_at(case, built):
    message = "mode must be one of 'tensor', 'loss' or 'predict', got 'guess'"
    with pytest.raises(UserError, match=message):
        built(case)(None, [], mode='guess')


@every_case
def test_saved_and_loaded_it_says_the_same(case, built, tmp_path):
    """To the last bit, whatever was said of the same classes before."""
    model = built(case)
    data = batch_of(model)
    expected = probabilities(model, data)
    torch.save(model.state_dict(), tmp_path / 'model.pth')
    other = build(case)
    for parameter in other.parameters():
        parameter.data.zero_()
    assert not torch.equal(probabilities(other, data), expected)
    other.load_state_dict(torch.load(tmp_path / 'model.pth'))
    assert torch.equal(probabilities(other, data), expected)


@pytest.mark.parametrize('case', cases(KeyframeDetector))
def test_nobody_is_there(case, built):
    """A keyframe without persons among others, and a batch without any."""
    model = built(case)
    some = probabilities(model, batch_of(model, (2, 0)))
    assert some.shape == (2, len(LABELS))
    nobody = probabilities(model, batch_of(model, (0, 0)))
    assert nobody.shape == (0, len(LABELS))
    assert losses(model, batch_of(model, (0, 0))).isfinite()


def with_boxes_of_two_sources(model):
    """Keyframes of two samples each: one box in common, all, one alone."""
    samples = []
    for seed, sources in enumerate([((0, 1), (2, 0)), ((0,), (0,)), ((1,),)]):
        whole = keyframe_of(model, 3, seed)
        for chosen in map(list, sources):
            one = copy.deepcopy(whole)
            one['inputs']['crops'] = whole['inputs']['crops'][chosen]
            sample = one['data_samples']
            sample.proposals = sample.proposals[chosen]
            sample.set_metainfo(dict(image_id=seed))
            samples.append(one)
    return samples


@pytest.mark.parametrize('case', cases(ActionDetector))
def test_boxes_of_two_sources_as_one_after_the_other(case, built):
    """Equal results, and no picture is looked at twice."""
    model = built(case).eval()
    samples = with_boxes_of_two_sources(model)
    seen = []
    handles = [
        part.conv1.register_forward_pre_hook(
            lambda _, args: seen.append(args[0])
        )
        for part in model.modules()
        if isinstance(part, VisionTransformer)
    ]
    with torch.inference_mode():
        alone = [model.test_step(pseudo_collate([one]))[0] for one in samples]
        model.train().eval()  # a kept video is forgotten
        del seen[:]
        together = model.test_step(pseudo_collate(samples))
    for handle in handles:
        handle.remove()
    for one, other in zip(alone, together, strict=True):
        assert one.keys() == other.keys()
        for key, value in one.pred_instances.items():
            found = other.pred_instances[key]
            torch.testing.assert_close(found, value, rtol=1e-6, atol=1e-5)
    # A region without a tube is every frame of a recogniser's.
    is_still = isinstance(model, RegionRecognizer)
    frames = model.recognizer.num_frames if is_still else 1
    for pictures in seen:
        assert len(pictures) == frames * len(pictures.unique(dim=0))


@every_case
def test_bfloat16(case, built):
    """As a config switches it on: what comes out is much the same."""
    model = built(case)
    data = batch_of(model)
    expected = probabilities(model, data)
    with torch.autocast('cpu', torch.bfloat16):
        found = probabilities(model, data)
    assert (found.float() - expected).abs().max() < BF16


def check_compiled(model, backend):
    """It says the same, with graphs that are made anew."""
    data = batch_of(model)
    model.eval()
    torch.compiler.reset()
    compiled = torch.compile(model, backend=backend)
    with torch.inference_mode():
        plain = model(**data, mode='tensor')
        logits = compiled(**data, mode='tensor')
    torch.testing.assert_close(logits, plain)


@every_case
def test_compiled(case, built):
    """Of some down to the operators that code is generated for: seconds."""
    lowered = case in ('STCLIP', 'DASTIRecognizer', 'STDDRecognizer')
    check_compiled(built(case), 'aot_eager' if lowered else 'eager')


def test_compiled_to_code(monkeypatch, tmp_path):
    """As ``torch.compile`` does it by itself, with the machine's compiler.

    Of the one model that comes to the fewest pieces of code, and of one layer
    of its tower: each is seconds, and layers differ in nothing but what they
    are joined with.
    """
    if shutil.which('g++') is None:
        nothing = 'no g++, by which torch.compile makes code for CPUs'
        (pytest.fail if os.environ.get('STCLIP_SHARED') else pytest.skip)(
            nothing
        )
    monkeypatch.setenv('TORCHINDUCTOR_CACHE_DIR', str(tmp_path))
    # No pool of processes, and no trial of each vector width.
    with inductor.patch({'compile_threads': 1, 'cpp.vec_isa_ok': True}):
        check_compiled(build('CLIPBaseline', arch=ONE_LAYER), 'inductor')
