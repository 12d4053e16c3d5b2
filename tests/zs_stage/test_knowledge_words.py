"""Keywords and graphs of the stage say what its small CLIP can read."""

from pathlib import Path

import pytest

from stclip.knowledge.attributes import read_attributes
from stclip.knowledge.describe import describe
from stclip.knowledge.knowledge_graph import RELATIONS, read_graphs
from stclip.knowledge.prompts import MODES, TEMPLATES, compose_prompts
from stclip.labels.label_list import read_label_list
from stclip.labels.label_space import LabelSpace
from stclip.models.da_sti.attribute_text import compose_sentences
from stclip.models.text.tokenizer import SimpleTokenizer
from stclip.zs_stage.classes import ACTIONS, PAIRS
from stclip.zs_stage.words.vocabulary import known_share

DATA = Path(__file__).parents[2] / 'data'
KEYWORDS = DATA / 'attributes' / 'zs_stage2.jsonl'
GRAPHS = DATA / 'knowledge' / 'zs_stage2.jsonl'
