"""Prompt sets of STDD: templates, with and without clauses.

Source: STDD, arXiv:2412.09895, and its released text modes.
"""

from stclip.knowledge.hand_templates import HAND_TEMPLATES
from stclip.knowledge.knowledge_graph import RELATIONS
from stclip.labels.label_space import LabelSpace
from stclip.utils.choices import require_choice
from stclip.utils.errors import UserError

#: Sentences around "<action>" or "<action>, <clause>".
TEMPLATES = (
    'this is an example of {}.',
    'a video of {}.',
    'a video of a person doing {}.',
    'somebody is doing {}.',
    'human action of {}.',
    'look, this is {}.',
    'a clip that shows {}.',
    'the person in the picture does {}.',
)
#: Which clauses a prompt set has beside the plain name: none, those of one
#: kind of relation, or all. ``'hand'`` is the name in ``HAND_TEMPLATES``.
MODES = {
    'hand': (),
    'a': (),
    'xoo': RELATIONS[:1],
    'xao': RELATIONS[1:2],
    'xaa': RELATIONS[2:],
    'xmix': RELATIONS,
}


def compose_prompts(
    labels: LabelSpace, mode: str, num_templates: int
) -> list[list[str]]:
    """The prompts of each class, each once, in a fixed order.

    Args:
        labels: Classes with their clauses.
        mode: A name of ``MODES``.
        num_templates: Templates that are used, from the first on.

    Raises:
        ValueError: For an unknown mode or number, or clauses that are wanted
            and missing.
    """
    require_choice('mode', mode, tuple(MODES))
    templates = HAND_TEMPLATES if mode == 'hand' else TEMPLATES
    if not 1 <= num_templates <= len(templates):
        raise UserError(
            f'num_templates must be 1 to {len(templates)}, got {num_templates}'
        )
    prompts = []
    for name, clauses in zip(labels.names, labels.clauses, strict=True):
        plain = name.replace('_', ' ')
        subjects = [plain]
        for relation in MODES[mode]:
            if not clauses:
                raise UserError(
                    f'mode {mode!r} wants clauses, but {name!r} has none; '
                    'give the label space a file of knowledge graphs'
                )
            chosen = clauses[RELATIONS.index(relation)]
            subjects += [f'{plain}, {clause}' for clause in chosen]
        prompts.append(
            [
                template.format(subject)
                for template in templates[:num_templates]
                for subject in dict.fromkeys(subjects)
            ]
        )
    return prompts
