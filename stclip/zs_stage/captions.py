"""Noisy captions in many words for stills of the stage."""

from dataclasses import dataclass

import numpy as np

#: Ways to say what somebody does. Classes of both tracks that mean the same
#: share a key.
PHRASES = {
    'brush_hair': (
        'brushing hair', 'combing hair with a brush', 'brushing long hair',
        'doing the hair', 'with a hair brush',
    ),
    'catch': (
        'catching a ball', 'reaching out to catch', 'catching something',
        'about to catch a ball with both hands',
    ),
    'clap': (
        'clapping', 'clapping hands', 'applauding', 'with both hands together',
    ),
    'climb_stairs': (
        'climbing stairs', 'walking up the stairs', 'going upstairs',
        'on a staircase', 'climbing steps',
    ),
    'golf': (
        'playing golf', 'swinging a golf club', 'hitting a golf ball',
        'with a golf club', 'a golfer',
    ),
    'jump': (
        'jumping', 'jumping up high', 'leaping into the air', 'hopping',
        'in the air with arms up',
    ),
    'kick_ball': (
        'kicking a ball', 'playing football', 'playing soccer',
        'shooting a football with the foot', 'kicking a soccer ball',
    ),
    'pick': (
        'picking something up', 'picking up a box from the ground',
        'lifting an object off the floor', 'picking',
    ),
    'put_down': (
        'putting something down', 'putting a box on the floor',
        'setting an object down', 'placing something on the ground',
    ),
    'pour': (
        'pouring water', 'pouring a drink into a cup', 'filling a glass',
        'pouring from a jug', 'pouring',
    ),
    'pullup': (
        'doing a pullup', 'doing pull ups', 'hanging from a bar',
        'exercising on a bar', 'pulling up on a bar',
    ),
    'push': (
        'pushing a cart', 'pushing something heavy', 'pushing a trolley',
        'pushing a big box', 'pushing',
    ),
    'run': (
        'running', 'running fast', 'jogging', 'sprinting', 'a runner',
    ),
    'shoot_ball': (
        'shooting a basketball', 'throwing a ball at the hoop',
        'playing basketball', 'shooting a ball into the basket',
    ),
    'shoot_bow': (
        'shooting a bow', 'shooting an arrow', 'doing archery',
        'drawing a bow', 'an archer',
    ),
    'shoot_gun': (
        'shooting a gun', 'firing a pistol', 'aiming a gun',
        'pointing a gun', 'holding a gun',
    ),
    'sit': (
        'sitting', 'sitting on a chair', 'sitting down', 'taking a seat',
        'seated', 'on a chair',
    ),
    'stand': (
        'standing', 'standing up', 'getting up from a chair',
        'standing still', 'rising from a seat',
    ),
    'swing_baseball': (
        'swinging a baseball bat', 'playing baseball', 'with a bat',
        'hitting a baseball', 'batting', 'a batter',
    ),
    'throw': (
        'throwing a ball', 'throwing something', 'about to throw a ball',
        'tossing a ball', 'hurling a ball',
    ),
    'walk': (
        'walking', 'strolling', 'taking a walk', 'walking along', 'on foot',
    ),
    'wave': (
        'waving', 'waving a hand', 'waving hello', 'with one hand raised',
        'greeting', 'waving to a person',
    ),
    'carry_box': (
        'carrying a box', 'holding a box', 'with a box in both hands',
        'moving a parcel', 'carrying a package',
    ),
    'drink': (
        'drinking', 'drinking from a bottle', 'having a drink',
        'with a bottle at the mouth', 'drinking water',
    ),
    'hold_umbrella': (
        'holding an umbrella', 'under an umbrella', 'with an umbrella',
        'in the rain with an umbrella',
    ),
    'hug': (
        'hugging', 'hugging a person', 'hugging each other', 'embracing',
        'giving somebody a hug',
    ),
    'punch': (
        'punching a person', 'punching somebody', 'hitting somebody',
        'fighting', 'boxing', 'throwing a punch',
    ),
    'read_book': (
        'reading a book', 'reading', 'looking into a book',
        'holding an open book', 'with a book',
    ),
    'shake_hands': (
        'shaking hands', 'giving a handshake', 'shaking hands with somebody',
        'greeting each other with a handshake',
    ),
    'sweep_floor': (
        'sweeping the floor', 'sweeping', 'cleaning the floor with a broom',
        'with a broom', 'sweeping the ground',
    ),
    'take_photo': (
        'taking a photo', 'taking a picture', 'with a camera',
        'photographing something', 'holding a camera to the eye',
    ),
    'talk_on_phone': (
        'talking on the phone', 'on the phone', 'making a phone call',
        'with a phone at the ear', 'calling somebody',
    ),
    'bend': (
        'bending', 'bending over', 'bending forward', 'bowing',
        'stooping down',
    ),
    'crouch': (
        'crouching', 'crouching down', 'squatting', 'kneeling low',
    ),
    'lie': (
        'lying', 'lying on the ground', 'lying on a mat', 'sleeping',
        'lying down on the back',
    ),
    'kick_person': (
        'kicking a person', 'kicking somebody', 'fighting with a kick',
        'giving somebody a kick',
    ),
    'push_person': (
        'pushing a person', 'pushing somebody away', 'shoving somebody',
    ),
    'watch_person': (
        'watching a person', 'watching somebody', 'looking at somebody',
        'observing another person',
    ),
}  # fmt: skip

_SYNONYMS = {
    'hug_person': 'hug', 'punch_person': 'punch', 'wave_to_person': 'wave',
}  # fmt: skip
#: Bit of every action in the sets that captions and images carry.
ACTION_BIT = {name: 1 << index for index, name in enumerate(PHRASES)}

_SCENE_PHRASES = {
    'park': ('in the park', 'in a garden', 'on the grass'),
    'street': ('on the street', 'in the city', 'on the road'),
    'beach': ('at the beach', 'on the sand', 'by the sea'),
    'forest': ('in the forest', 'in the woods', 'among trees'),
    'sports_field': ('on a sports field', 'on a pitch', 'in a stadium'),
    'playground': ('on a playground', 'in the yard', 'outdoors'),
    'living_room': ('in the living room', 'at home', 'in a room'),
    'kitchen': ('in the kitchen', 'at home', 'indoors'),
    'office': ('in the office', 'at work', 'indoors'),
    'gym': ('in the gym', 'in a sports hall', 'indoors'),
    'desert': ('in the desert', 'on the sand', 'outdoors'),
    'snow_field': ('in the snow', 'on a snow field', 'outdoors'),
    'lake': ('by the lake', 'at a lake', 'by the water'),
    'classroom': ('in a classroom', 'at school', 'indoors'),
    'shop': ('in a shop', 'in a store', 'indoors'),
    'garage': ('in a garage', 'in a workshop', 'indoors'),
    'bedroom': ('in the bedroom', 'at home', 'in a room'),
    'farm': ('on a farm', 'in the fields', 'outdoors'),
    'station': ('at the station', 'on a platform', 'by a train'),
    'museum': ('in a museum', 'in a gallery', 'indoors'),
}
_POSTURES = {
    'sit': (' while sitting', ' on a chair', ' sitting down'),
    'walk': (' while walking', ' on the way'),
    'crouch': (' while crouching', ' low on the ground'),
}
_TEMPLATES = (
    '{}', '{}', '{}', 'a photo of {}', 'a picture of {}', 'an image of {}',
    'a snapshot of {}', 'photo: {}', 'this is {}', 'here we see {}',
    'a good photo of {}', 'a blurry photo of {}', '{}, close up',
)  # fmt: skip


@dataclass(frozen=True)
class Person:
    """What a caption can say about somebody.

    Args:
        actions: Keys of :data:`PHRASES`; the pose, if known, first.
        posture: What the lower body does.
        woman: Whether it is a woman.
        shirt: Colour of the shirt.
        hat: Whether the person wears one.
    """

    actions: tuple[str, ...]
    posture: str
    woman: bool
    shirt: str
    hat: bool


@dataclass(frozen=True)
class Still:
    """What is to be seen in a still.

    Args:
        scene: Key of :data:`stclip.zs_stage.places.PLACES`.
        close: Whether it is a close-up of the first person.
        people: Persons in the picture, the most important one first.
    """

    scene: str
    close: bool
    people: tuple[Person, ...]


def action_key(name: str) -> str:
    """Return the key of :data:`PHRASES` for a class name of any track."""
    key = name.replace(' ', '_')
    return _SYNONYMS.get(key, key)


def shown_actions(still: Still) -> int:
    """Return the bits of all actions somebody in the still does."""
    bits = 0
    for person in still.people:
        for action in (*person.actions, person.posture):
            bits |= ACTION_BIT.get(action, 0)
    return bits


def _pick(rng: np.random.Generator, choices: tuple[str, ...]) -> str:
    return choices[rng.integers(len(choices))]


def _subject(person: Person, rng: np.random.Generator) -> str:
    words = ('a woman', 'a girl', 'a lady') if person.woman else (
        'a man', 'a boy', 'a guy')  # fmt: skip
    neutral = ('a person', 'a person', 'someone', 'somebody', 'people')
    text = _pick(rng, words if rng.random() < 0.5 else neutral)
    chance = rng.random()
    if chance < 0.2:
        text += f' in a {person.shirt} shirt'
    elif chance < 0.28:
        text += f' in {person.shirt}'
    elif chance < 0.36 and person.hat:
        text += ' with a hat'
    return text


def _plain_name(action: str, rng: np.random.Generator) -> str:
    name = action
    if action == 'punch' and rng.random() < 0.4:
        name = 'punch_person'
    elif action == 'hug' and rng.random() < 0.4:
        name = 'hug_person'
    elif action == 'wave' and rng.random() < 0.4:
        name = 'wave_to_person'
    return name if rng.random() < 0.12 else name.replace('_', ' ')


def _clause(
    person: Person, action: str, rng: np.random.Generator
) -> tuple[str, int]:
    """Words about somebody, and the bits of the actions they tell of."""
    doing = _pick(rng, PHRASES[action])
    bits = ACTION_BIT[action]
    if action != person.posture and rng.random() < 0.25:
        posture = _pick(rng, _POSTURES.get(person.posture, ('',)))
        doing += posture
        if posture:
            bits |= ACTION_BIT[person.posture]
    if rng.random() < 0.15:
        return doing, bits
    return f'{_subject(person, rng)} {doing}', bits


def write_caption(
    still: Still, rng: np.random.Generator, word_drop: float = 0.06
) -> tuple[str, int]:
    """Write a caption as people do: partial, wordy or terse.

    Args:
        still: What is to be seen.
        rng: Source of every choice.
        word_drop: Chance of each word to be left out.

    Returns:
        The caption and the bits (:data:`ACTION_BIT`) of the actions that it
        names.
    """
    active = [person for person in still.people if person.actions]
    if not active:
        text = _pick(rng, ('nobody', 'an empty scene', 'a view'))
        text += f' {_pick(rng, _SCENE_PHRASES[still.scene])}'
        return text, 0
    lead = active[0] if still.close else active[rng.integers(len(active))]
    action = lead.actions[rng.integers(len(lead.actions))]
    if len(lead.actions) > 1 and rng.random() < 0.6:
        action = lead.actions[-1]
    if rng.random() < 0.22:
        text, bits = _plain_name(action, rng), ACTION_BIT[action]
    else:
        text, bits = _clause(lead, action, rng)
        others = [person for person in active if person is not lead]
        if others and rng.random() < (0.1 if still.close else 0.4):
            other = others[rng.integers(len(others))]
            words, more = _clause(other, other.actions[-1], rng)
            text += f' and {words}'
            bits |= more
        if rng.random() < (0.15 if still.close else 0.45):
            text += f' {_pick(rng, _SCENE_PHRASES[still.scene])}'
    text = _pick(rng, _TEMPLATES).format(text)
    words = text.split()
    remaining = [word for word in words if rng.random() >= word_drop]
    return ' '.join(remaining or words), bits
