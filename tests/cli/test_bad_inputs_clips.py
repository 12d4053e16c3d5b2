"""Files of a CLIP's architecture that nothing can be built of: one line each.

Each row is the part that is changed and words that the line must have.
"""

import pytest
from bad_inputs import assert_one_line, put
from tiny_model import ARCH

pytestmark = pytest.mark.usefixtures('film')
INFER = 'infer v.mp4 --labels "walk, run" --out out --clip c.json:x'
UNBUILDABLE = 'c.json: open_clip cannot build its model_cfg'
CASES = [
    (dict(foo=1), UNBUILDABLE),
    (dict(embed_dim='64'), UNBUILDABLE),
    (dict(embed_dim=-1), UNBUILDABLE),
    (dict(embed_dim=None), UNBUILDABLE),
    (dict(quick_gelu='false'), 'c.json: quick_gelu must be true or false'),
    (dict(quick_gelu=1), 'c.json: quick_gelu must be true or false'),
    (dict(text_cfg=dict(heads=3, width=64)), UNBUILDABLE),
    (dict(text_cfg=dict(context_length='x')), UNBUILDABLE),
    (dict(vision_cfg=dict(patch_size=0)), UNBUILDABLE),
    (dict(vision_cfg=dict(layers='3')), UNBUILDABLE),
    (dict(vision_cfg=dict(width=-64)), UNBUILDABLE),
    (dict(vision_cfg=dict(image_size='96')), 'no squares'),
    (dict(vision_cfg=dict(image_size=[96, 64])), 'no squares'),
]
FILLS = [
    ('x', "preprocess_cfg.fill_color must be a number, got 'x'"),
    ([1, 2, 3], 'preprocess_cfg.fill_color must be a number'),
    (300, 'fill_color must be a whole number from 0 to 255, got 300'),
    (0.5, 'fill_color must be a whole number from 0 to 255, got 0.5'),
]


@pytest.mark.parametrize('values, words', CASES)
def test_architectures(folder, capfd, values, words):
    put(folder / 'c.json', dict(model_cfg={**ARCH, **values}))
    assert_one_line(INFER, words, capfd)


@pytest.mark.parametrize('fill, words', FILLS)
def test_fill_colours(folder, capfd, fill, words):
    content = dict(model_cfg=ARCH, preprocess_cfg=dict(fill_color=fill))
    put(folder / 'c.json', content)
    assert_one_line(INFER, words, capfd, 'c.json')
