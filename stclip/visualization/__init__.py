"""Drawing of results: annotated frames, contact sheets, curves."""

from stclip.visualization.annotators import (
    ActionLabel,
    PersonMark,
    annotate,
)
from stclip.visualization.attention import (
    Attention,
    AttentionRow,
    attention_frames,
    attention_strip,
    save_attention,
)
from stclip.visualization.banner import with_banner
from stclip.visualization.confusion_matrix import save_confusion_matrix
from stclip.visualization.contact_sheet import contact_sheet
from stclip.visualization.curves import save_curves
from stclip.visualization.typography import class_colour

__all__ = [
    'ActionLabel',
    'Attention',
    'AttentionRow',
    'PersonMark',
    'annotate',
    'attention_frames',
    'attention_strip',
    'class_colour',
    'contact_sheet',
    'save_attention',
    'save_confusion_matrix',
    'save_curves',
    'with_banner',
]
