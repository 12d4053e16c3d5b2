"""The tiny CLIP at its gates: what docs/zs_stage.md says of it."""

import numpy as np
import torch
from torch import Tensor

from stclip.benchmarking.clip_gates import Gate, retrieval, text_gates
from stclip.benchmarking.tiny_clip.exam import normalise
from stclip.knowledge.attributes import read_attributes
from stclip.knowledge.knowledge_graph import RELATIONS, read_graphs
from stclip.knowledge.prompts import TEMPLATES
from stclip.models.clip import build_clip, build_tokenizer
from stclip.utils.resources import shipped
from stclip.zs_stage.stills import take_stills
from stclip.zs_stage.words.vocabulary import known_share
from stclip.zs_stage.writing import write_caption

_FOLDER = 'data/pretrained/tiny_clip'
# Scenes of stills that no training has seen: shards are numbered from 0.
_SCENES, _SHARD = 200, 1_000_000
_TOPS = 1, 5


def measure() -> tuple[list[Gate], dict[str, float]]:
    """Gates of the shipped CLIP, and retrieval of captions of new stills.

    Returns:
        The gates, and parts of the captions whose picture is the nearest or
        among the nearest five, by what it is called.
    """
    arch = str(shipped(f'{_FOLDER}/open_clip_config.json'))
    weights = str(shipped(f'{_FOLDER}/tiny_clip.pt'))
    model = build_clip(arch, weights).eval()
    tokenizer = build_tokenizer(arch)

    def encode(texts: list[str]) -> Tensor:
        return model.encode_text(tokenizer(list(texts)), normalize=True)

    size = model.visual.image_size[0]
    pictures, captions = new_stills(size)
    with torch.no_grad():
        image = model.encode_image(normalise(pictures), normalize=True)
        text = encode(captions)
        gates = text_gates(encode, known_share(added_texts()))
    found = {
        f'caption retrieval among {len(captions)}, top {top}': retrieval(
            image, text, top
        )
        for top in _TOPS
    }
    return gates, found


def new_stills(size: int) -> tuple[np.ndarray, list[str]]:
    """One picture of each of many new scenes, with a caption.

    Args:
        size: Pixels of its side.

    Returns:
        ``(n, size, size, 3)`` uint8 RGB, and as many captions.
    """
    pictures, captions = [], []
    for scene in range(_SCENES):
        rng = np.random.default_rng([0, _SHARD, scene])
        # The whole scene and close-ups in turn.
        stills = take_stills(rng, size)
        still = stills[scene % len(stills)]
        pictures.append(still.pixels)
        captions.append(write_caption(still.shown, rng))
    return np.stack(pictures), captions


def added_texts() -> list[str]:
    """What methods add to names: keywords, clauses and templates."""
    graphs = read_graphs(shipped('data/knowledge/zs_stage.jsonl'))
    records = [
        record
        for name in ('zs_stage', 'zs_stage_multi')
        for record in read_attributes(shipped(f'data/attributes/{name}.jsonl'))
    ]
    return [
        *(keyword for record in records for keyword in record.keywords),
        *(
            clause
            for graph in graphs
            for relation in RELATIONS
            for clause in graph.clauses(relation)
        ),
        *(template.replace('{}', '') for template in TEMPLATES),
    ]


def table() -> str:
    """The gates with what was found, in Markdown."""
    gates, found = measure()
    lines = ['| measure | found | wanted | |', '|---|---|---|---|']
    for gate in gates:
        limits = [
            f'{word} {limit:g}'
            for word, limit in (
                ('at least', gate.low),
                ('at most', gate.high),
            )
            if np.isfinite(limit)
        ]
        verdict = 'passed' if gate.passed else 'NOT PASSED'
        lines.append(
            f'| {gate.name} | {gate.value:.3g} | {", ".join(limits)} '
            f'| {verdict} |'
        )
    lines += [f'| {name} | {value:.3g} | | |' for name, value in found.items()]
    return '\n'.join(lines) + '\n'
