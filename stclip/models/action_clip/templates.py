"""Sentences in which ActionCLIP names a class.

ActionCLIP, arXiv:2109.08472, Sec. 3.3, writes the name before, into and behind
a text. Our own wording; as many as the authors have.
"""

#: Each has a place for the name.
TEMPLATES = (
    '{}',
    '{}.',
    '{} in a video.',
    '{}, seen on film.',
    '{} is what happens here.',
    '{}: someone is doing it.',
    'someone {}.',
    'people {}.',
    'a clip of {}.',
    'a video showing {}.',
    'footage of a person {}.',
    'the action is {}.',
    'here a human is {}.',
    'watch somebody {}.',
    'you can see {} here.',
    'it shows {} by a person.',
)
