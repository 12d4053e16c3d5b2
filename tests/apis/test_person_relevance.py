"""Why a person has a score, against CLIP and ST-CLIP asked step by step."""

import numpy as np
import pytest
import torch
from decoded_frames import break_reading, note_decoded
from mmengine.config import Config
from synthetic_media import decode_all, write_video

from stclip.apis.inferencer import ActionInferencer
from stclip.apis.person_relevance import explain_person
from stclip.labels.label_space import LabelSpace
from stclip.models.clip.patch_relevance import patch_relevance
from stclip.models.st_clip import token_spotting
from stclip.utils.errors import UserError
from stclip.visualization.heat_map import overlay_heat

LABELS = LabelSpace(('walk', 'wave'))


def inferencer(config, detector, **model):
    torch.manual_seed(0)
    cfg = Config(dict(config))
    cfg.model = dict(clip=config.model.clip, **model)
    return ActionInferencer(cfg, None, 'cpu', detector)


def middle(infer, video):
    """A keyframe with both persons, who do not look alike."""
    frame = next(infer.stream(video, LABELS, stride=10))
    assert len(frame) == 2
    return frame


@pytest.mark.parametrize(
    'view, unused', [('both', ()), ('person_crop', (1,)), ('full_frame', (0,))]
)
def test_patches_of_plain_clip(config, detector, video, view, unused):
    infer = inferencer(config, detector, type='CLIPBaseline', view=view)
    frame = middle(infer, video)
    seen = explain_person(infer, video, frame, 1, LABELS, 'wave')
    clip = infer.model.clip
    texts = infer.model.encode_labels(LABELS).clone()
    walk, wave = texts / texts.norm(dim=1, keepdim=True)
    scale = infer.model.data_preprocessor
    for number, picture in enumerate(seen):
        pixels = torch.from_numpy(picture.pixels).permute(2, 0, 1)
        image = ((pixels - scale.mean) / scale.std)[None]
        relevance = patch_relevance(clip, image, (wave - walk) / 2)
        np.testing.assert_allclose(
            picture.heat.reshape(-1), relevance[0], rtol=1e-3
        )
        assert picture.heat.max() > 0
        assert picture.heat.shape == (4, 4)
        assert ('does not depend' in picture.told) == (number in unused)
    # The blue square fills its own crop; the frame is mostly grey.
    blue = seen[0].pixels.reshape(-1, 3).astype(int).mean(axis=0)
    assert blue[2] > blue[0] + 100
    grey = seen[1].pixels[2, 2].astype(int)
    assert np.abs(grey - 90).max() < 12
    np.testing.assert_array_equal(
        seen[0].drawn(),
        overlay_heat(
            seen[0].pixels,
            seen[0].heat,
            (seen[0].heat.min(), seen[0].heat.max()),
        ),
    )


def test_a_video_that_was_looked_at_is_not_decoded_anew(
    config, detector, video, tmp_path, monkeypatch
):
    """But from the key frame before, one of every five."""
    path = write_video(tmp_path / 'a.mp4', decode_all(video))
    infer = inferencer(config, detector, type='CLIPBaseline')
    result = infer(path, LABELS, stride=13)
    frame = result.frames[1]
    assert frame.frame_idx == 13
    decoded, seen, counts = note_decoded(monkeypatch), [], []
    for source in (path, result.opened()):
        decoded.clear()
        seen.append(explain_person(infer, source, frame, 0, LABELS, 'wave'))
        counts.append(len(decoded))
    assert counts == [14, 4]
    for picture, same in zip(*seen, strict=True):
        np.testing.assert_array_equal(picture.drawn(), same.drawn())


def test_a_video_that_cannot_be_read_is_let_go(
    config, detector, video, monkeypatch
):
    infer = inferencer(config, detector, type='CLIPBaseline')
    frame = middle(infer, video)
    broken = break_reading(monkeypatch)
    with pytest.raises(UserError, match='cannot be read'):
        explain_person(infer, video, frame, 1, LABELS, 'wave')
    assert [file._container for file in broken] == [None]


def test_interest_tokens(config, detector, video, monkeypatch):
    infer = inferencer(config, detector, type='STCLIP', num_interest_tokens=4)
    frame = middle(infer, video)
    spotted = []
    spot = token_spotting.spot_interest_tokens

    def note(*args):
        spotted.append(spot(*args))
        return spotted[-1]

    monkeypatch.setattr(token_spotting, 'spot_interest_tokens', note)
    for row in (0, 1):
        spotted.clear()
        crop, whole = explain_person(infer, video, frame, row, LABELS, 'walk')
        # A token for the class, one for each of two persons, 16 patches.
        picks = torch.stack([each[0, row] for each in spotted]).float()
        assert picks.shape == (2, 19) and picks.sum() == 8
        np.testing.assert_allclose(
            whole.heat.reshape(-1), picks[:, 3:].mean(dim=0)
        )
        assert 'interest tokens' in whole.told
        assert 'interest tokens' not in crop.told


def test_what_shows_no_patches(config, detector, video):
    infer = inferencer(config, detector, type='CLIPBaseline')
    frame = middle(infer, video)
    with pytest.raises(UserError, match='run'):
        explain_person(infer, video, frame, 0, LABELS, 'run')
    infer.model = torch.nn.Identity()
    with pytest.raises(UserError, match='Identity shows no patches'):
        explain_person(infer, video, frame, 0, LABELS, 'walk')
