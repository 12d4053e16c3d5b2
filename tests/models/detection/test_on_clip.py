"""What detectors have in common that stand on CLIP's two towers."""

import pytest
from tiny_model import ARCH

from stclip.registry import MODELS

KINDS = ('STCLIP', 'CLIPBaseline', 'ICLIP')


@pytest.mark.parametrize('kind', KINDS)
def test_a_trained_text_tower_is_refused(kind):
    """Texts that are encoded once would be those of the first step."""
    clip = dict(arch=ARCH, trained_text=True)
    with pytest.raises(ValueError, match=f'^{kind} keeps .*trained_text out$'):
        MODELS.build(dict(type=kind, clip=clip))
