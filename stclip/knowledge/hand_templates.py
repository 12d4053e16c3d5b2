"""Hand-written sentences around the name of a class.

Open-VCLIP has 28 of them, four kinds of pictures in seven forms each, and so
has STDD without its knowledge graphs; these are our own words.
"""

_CARRIERS = (
    'this is a photo of {}.',
    'a video that shows {}.',
    'here is an example of {}.',
    'watch this demonstration of {}.',
)
_FORMS = (
    '{}',
    'a person in the act of {}',
    'somebody using {}',
    'somebody doing {}',
    'a human during {}',
    'a human performing {}',
    'a person practising {}',
)
HAND_TEMPLATES = tuple(
    carrier.format(form) for carrier in _CARRIERS for form in _FORMS
)
