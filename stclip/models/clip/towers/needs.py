"""What methods ask of a CLIP, and why some towers do not answer."""

from dataclasses import dataclass

from stclip.models.clip.towers.image import ImageEncoder, ImageTower
from stclip.models.clip.towers.text import TextTower
from stclip.models.clip.towers.vit import OpenCLIPViT
from stclip.utils.errors import UserError


@dataclass(frozen=True)
class Needs:
    """What a method asks for beyond features of pictures and of texts.

    Args:
        layers: The image tower layer by layer, with tokens of its own.
        class_token: A class token in there.
        own_vit: CLIP's own ViT, whose parts are read by name.
        words: Texts word by word: CLIP's tokens, each of which sees those
            before it, so that words may be put before the end.
        scale: The logit scale in training; heads that have one of their own
            leave it alone.
    """

    layers: bool = False
    class_token: bool = False
    own_vit: bool = False
    words: bool = False
    scale: bool = True


def require_towers(
    name: str, needs: Needs, image: ImageEncoder, text: TextTower
) -> None:
    """Refuse towers that a method cannot work with.

    Args:
        name: Of the CLIP, for the message.
        needs: Of the method.
        image: What encodes pictures.
        text: What encodes texts.

    Raises:
        UserError: With the first reason, and what the CLIP is good for.
    """
    wants_layers = needs.layers or needs.class_token or needs.own_vit
    if wants_layers and not isinstance(image, ImageTower):
        raise UserError(
            f'{name}: the method steps through the layers of the image tower, '
            f'and this one can only be used as a whole ({image.reason}); '
            'CLIPBaseline takes it'
        )
    if needs.class_token and image.num_prefix != 1:
        raise UserError(
            f'{name}: the method works on the class token of the image tower, '
            f'and this one has {image.num_prefix} such; STCLIP takes it'
        )
    if needs.own_vit and not isinstance(image, OpenCLIPViT):
        raise UserError(
            f"{name}: the method reads the parts of CLIP's own ViT, and this "
            f'image tower is {image.kind}; STCLIP takes it'
        )
    if needs.words and text.whole:
        raise UserError(
            f'{name}: the method puts words into texts or reads them one by '
            f'one, and {text.whole}; CLIPBaseline and STCLIP read whole texts'
        )
