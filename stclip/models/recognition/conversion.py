"""Weights of ActionCLIP's family under the names of ours."""

from stclip.models.clip.renaming import Rules, by_rules

#: CLIP and the temporal transformer, which mmaction2 calls an adapter.
FRAME_RULES: Rules = (
    (r'clip\.', r'clip.model.'),
    (
        r'(?:head|adapter)\.frame_position_embeddings\.',
        r'temporal.positions.',
    ),
    (r'(?:head|adapter)\.transformer\.', r'temporal.transformer.'),
)
#: ActionCLIP and Text4Vis -> a ``FrameRecognizer``.
convert_frame_recognizer = by_rules(FRAME_RULES)
