"""Drawing of results: annotated frames, contact sheets, curves."""

from stclip.visualization.annotators import (
    ActionLabel,
    PersonMark,
    annotate,
    drawn_hw,
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
from stclip.visualization.lettering import warn_of_missing_letters
from stclip.visualization.projection import principal_plane, save_projection
from stclip.visualization.timeline import (
    Span,
    TimelineRow,
    timeline_strip,
    with_now,
)
from stclip.visualization.token_map import draw_box, draw_tokens
from stclip.visualization.typography import class_colour, person_colour

__all__ = [
    'ActionLabel',
    'Attention',
    'AttentionRow',
    'PersonMark',
    'Span',
    'TimelineRow',
    'annotate',
    'attention_frames',
    'attention_strip',
    'class_colour',
    'contact_sheet',
    'draw_box',
    'draw_tokens',
    'drawn_hw',
    'person_colour',
    'principal_plane',
    'save_attention',
    'save_confusion_matrix',
    'save_curves',
    'save_projection',
    'timeline_strip',
    'warn_of_missing_letters',
    'with_banner',
    'with_now',
]
