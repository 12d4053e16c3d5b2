"""Recognisers on persons' tubes, from a video file to scores."""

import json

import av
import numpy as np
import pytest
import torch
from mmengine.config import Config
from sample_graphs import make_graph
from tiny_model import ARCH, SIZE
from walking_squares import let_detect

from stclip.apis.inferencer import ActionInferencer
from stclip.cli.command import run
from stclip.cli.infer import command
from stclip.datasets.transforms import clip_resize, crop_box
from stclip.knowledge.attributes import AttributeRecord, write_attributes
from stclip.knowledge.describe import describe
from stclip.knowledge.knowledge_graph import write_graphs
from stclip.labels.label_space import LabelSpace
from stclip.registry import MODELS
from stclip.results.video_actions import VideoActions

LABELS = ('walk', 'stand up')
T = 5
DA_STI = dict(
    type='DASTIRecognizer',
    clip=dict(arch=ARCH, pretrained='no such file', trained_layers=1),
    num_frames=T,
    temporal_layers=1,
)
STDD = dict(
    type='STDDRecognizer',
    clip=dict(arch=ARCH, pretrained='no such file', trained_layers='all'),
    num_frames=T,
    num_templates=2,
    crossing=dict(scales=(1, 2)),
)


@pytest.fixture
def attributes(tmp_path):
    records = [
        AttributeRecord(
            'mine', index, name, (f'leg {index}', 'floor'), 'manual'
        )
        for index, name in enumerate(LABELS)
    ]
    write_attributes(tmp_path / 'attributes.jsonl', records)
    return tmp_path / 'attributes.jsonl'


@pytest.fixture
def graphs(tmp_path):
    found = [
        make_graph(name, f'clause {index}', index)
        for index, name in enumerate(LABELS)
    ]
    write_graphs(tmp_path / 'graphs.jsonl', found)
    return tmp_path / 'graphs.jsonl'


@pytest.fixture
def make(tmp_path, attributes, graphs):
    """Config and checkpoint of a trained model whose CLIP has no file."""

    def make_model(recognizer, **options):
        files = dict(
            DASTIRecognizer=dict(attribute_file=str(attributes)),
            STDDRecognizer=dict(graph_file=str(graphs)),
        )[recognizer['type']]
        pipeline = [
            dict(type='LoadKeyframe', size=SIZE, num_frames=T),
            dict(type='CropTubes', size=SIZE, num_frames=T),
            dict(type='DescribeLabels', **files),
            dict(type='PackKeyframe'),
        ]
        model = dict(
            type='RegionRecognizer', recognizer={**recognizer, **options}
        )
        config = Config(
            dict(
                model=model,
                test_dataloader=dict(dataset=dict(pipeline=pipeline)),
            )
        )
        torch.manual_seed(0)
        trained = MODELS.build(
            MODELS.get('RegionRecognizer').without_pretrained(config.model)
        )
        for parameter in trained.recognizer.clip.visual.parameters():
            if parameter.dim() == 2:
                parameter.data.mul_(3)
        checkpoint = tmp_path / 'epoch_1.pth'
        torch.save(dict(state_dict=trained.state_dict()), checkpoint)
        return config, checkpoint

    return make_model


def never(frames):
    raise AssertionError('a detector ran before the labels were checked')


@pytest.mark.parametrize('recognizer', [DA_STI, STDD])
def test_scores_equal_those_of_plain_code(recognizer, make, video, detector):
    config, checkpoint = make(recognizer)
    infer = ActionInferencer(config, checkpoint, 'cpu', detector)
    result = infer(video, LABELS, stride=7)
    assert [frame.frame_idx for frame in result.frames] == [0, 7, 14, 21, 28]
    with av.open(str(video)) as container:
        images = [
            frame.to_ndarray(format='rgb24')
            for frame in container.decode(video=0)
        ]
    saved = torch.load(checkpoint, weights_only=True)['state_dict']
    model = infer.model.recognizer
    assert torch.equal(
        model.clip.visual.proj, saved['recognizer.clip.model.visual.proj']
    )
    # The last window is shifted to the end of the video.
    for index, window in ((1, range(5, 10)), (4, range(25, 30))):
        keyframe = result.frames[index]
        assert len(keyframe.boxes_xyxy) > 0
        tubes = np.array(
            [
                [clip_resize(crop_box(images[i], box), SIZE) for i in window]
                for box in keyframe.boxes_xyxy
            ]
        )
        data = dict(inputs=list(torch.from_numpy(tubes)), data_samples=[])
        videos = model.data_preprocessor(data)['inputs']
        with torch.no_grad():
            logits = model.logits(videos, model.text(result.labels))
        np.testing.assert_allclose(
            keyframe.action_probs, logits.softmax(-1), atol=1e-4
        )
        np.testing.assert_allclose(keyframe.action_probs.sum(1), 1, rtol=1e-5)


def test_plain_names_are_described_by_the_config(make, video, detector):
    config, checkpoint = make(DA_STI)
    infer = ActionInferencer(config, checkpoint, 'cpu', detector)
    labels = infer(video, LABELS, stride=15).labels
    assert labels.keywords == (('leg 0', 'floor'), ('leg 1', 'floor'))
    # A name without keywords stands alone.
    labels = infer(video, ('walk', 'wave'), stride=15).labels
    assert labels.keywords == (('leg 0', 'floor'), ())
    # A label space is its owner's affair.
    mine = LabelSpace(LABELS, keywords=(('mine',), ()))
    assert infer(video, mine, stride=15).labels == mine


def test_labels_without_graphs_are_refused_at_once(make, video, graphs):
    config, checkpoint = make(STDD)
    infer = ActionInferencer(config, checkpoint, 'cpu', never)
    with pytest.raises(
        ValueError, match=r'1 of 2 .* graph: wave; .*generate_graphs\.py'
    ):
        infer(video, ('walk', 'wave'))
    with pytest.raises(ValueError, match="wants clauses, but 'walk' has none"):
        infer(video, LabelSpace(LABELS))


def test_graphs_of_ones_own(make, video, detector, tmp_path):
    config, checkpoint = make(STDD)
    infer = ActionInferencer(config, checkpoint, 'cpu', detector)
    write_graphs(
        tmp_path / 'more.jsonl',
        [make_graph('wave', 'hello', 0), make_graph('sit', 'chair', 1)],
    )
    labels = describe(
        LabelSpace(('wave', 'sit')), graph_file=tmp_path / 'more.jsonl'
    )
    result = infer(video, labels, stride=15)
    assert result.labels == labels
    assert result.frames[0].action_probs.shape == (2, 2)


def test_names_alone_when_the_prompts_say_so(make, video, detector):
    config, checkpoint = make(STDD, prompts='a')
    infer = ActionInferencer(config, checkpoint, 'cpu', detector)
    found, turned = (
        infer(video, LabelSpace(names), stride=15).frames[0].action_probs
        for names in (('wave', 'sit', 'walk'), ('walk', 'wave', 'sit'))
    )
    np.testing.assert_allclose(turned, found[:, [2, 0, 1]], atol=1e-6)
    # Names are told apart, by more than the tolerance above.
    assert np.diff(np.sort(found)).min() > 1e-4


def test_infer_annotates(make, video, detector, graphs, tmp_path, monkeypatch):
    let_detect(detector, monkeypatch.setattr)
    results = []
    save_json = VideoActions.save_json
    monkeypatch.setattr(
        VideoActions,
        'save_json',
        lambda result, path: (
            results.append((result.to_json(), result.labels)),
            save_json(result, path),
        ),
    )
    for recognizer, option in ((DA_STI, []), (STDD, ['--graphs', graphs])):
        config, checkpoint = make(recognizer)
        config.dump(tmp_path / 'config.py')
        out = tmp_path / recognizer['type']
        arguments = [
            video,
            '--labels',
            'walk, stand up',
            '--config',
            tmp_path / 'config.py',
            '--checkpoint',
            checkpoint,
            '--out',
            out,
            '--stride',
            15,
            *option,
        ]
        run(command, list(map(str, arguments)))
        values, labels = results[-1]
        content = json.loads((out / 'squares.json').read_text())
        assert content == values
        assert len(content['keyframes'][0]['persons']) == 2
        assert (out / 'squares.mp4').is_file()
        told = labels.clauses if option else labels.keywords
        assert all(told)


def test_a_checkpoint_that_does_not_fit(make, video, detector):
    config, checkpoint = make(DA_STI)
    config.model.recognizer.temporal_layers = 0
    with pytest.raises(ValueError, match=r'not fit .*unknown to the mod'):
        ActionInferencer(config, checkpoint, 'cpu', detector)


def test_configs_that_are_no_detectors(make, detector):
    config, checkpoint = make(DA_STI)
    first = config.copy()
    pipeline = first.test_dataloader.dataset.pipeline
    first.test_dataloader.dataset.pipeline = pipeline[1:]
    with pytest.raises(ValueError, match='with LoadKeyframe, got CropTubes'):
        ActionInferencer(first, checkpoint, 'cpu', detector)
    bare = Config(dict(model=config.model))
    with pytest.raises(ValueError, match=r'no test_dataloader\.dataset\.pi'):
        ActionInferencer(bare, checkpoint, 'cpu', detector)
    other = config.copy()
    other.model = config.model.recognizer
    with pytest.raises(
        ValueError,
        # Placebos are registered where their tests ran in this process.
        match=r'CLIPBaseline or ICLIP or (RandomTokensSTCLIP or )?'
        r'RegionRecognizer or STCLIP( or StrangeContextSTCLIP)? or '
        r'VideoLabelDetector, but .* DASTIRecog',
    ):
        ActionInferencer(other, checkpoint, 'cpu', detector)
    with pytest.raises(ValueError, match=r"device 'nowhere' is not here"):
        ActionInferencer(config, checkpoint, 'nowhere', detector)
