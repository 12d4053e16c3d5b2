"""Words for persons, clothes, places, light, relations and looks."""

from stclip.zs_stage.words.lists import listed

PERSON_WORDS = listed("""
man: man, guy, gentleman, male, fellow, dude, chap
woman: woman, lady, female, gal, madam
boy: boy, lad, kid, son, schoolboy, youngster
girl: girl, lass, child, daughter, schoolgirl, maiden
old_man: old man, grandfather, elderly man, senior, grandpa, pensioner
old_woman: old woman, grandmother, elderly woman, granny, grandma, elderly lady
""")
#: Words that fit everybody.
ANYBODY = (
    'person', 'person', 'person', 'human', 'individual', 'figure', 'friend', 'stranger', 'visitor', 'neighbour',
    'character', 'citizen', 'tourist', 'passenger', 'customer', 'player',
    'worker', 'colleague', 'model', 'hero', 'local', 'guest', 'pal',
)  # fmt: skip

HAIR_WORDS = listed("""
black: black haired, dark haired, with black hair, raven haired
brown: brown haired, brunette, with brown hair, chestnut haired
blond: blond, fair haired, with blond hair, golden haired
red: red haired, ginger, with red hair, redheaded
grey: grey haired, with grey hair, silver haired, white haired
bald: bald, shaven, without hair, hairless
""")

WEAR_WORDS = listed("""
long_hair: long hair, long locks, a long mane
ponytail: a ponytail, tied hair, a pigtail
beard: a beard, a full beard, whiskers, a moustache
glasses: glasses, spectacles, eyeglasses, goggles
cap: a cap, a baseball cap, a peaked cap
helmet: a helmet, a hard hat, a crash helmet
scarf: a scarf, a shawl, a neckerchief
backpack: a backpack, a rucksack, a knapsack, a school bag
crown: a crown, a tiara, a golden crown
""")

GARMENT_WORDS = listed("""
shirt: shirt, top, sweater, jersey, blouse, pullover, jumper
coat: coat, jacket, overcoat, raincoat, parka, cloak
dress: dress, gown, frock, robe
skirt: skirt, kilt, miniskirt
shorts: shorts, short pants, bermudas
trousers: trousers, pants, jeans, slacks, leggings
""")

COLOUR_WORDS = listed("""
red: red, scarlet, crimson, ruby
blue: blue, navy, azure, cobalt
green: green, emerald, olive, lime
yellow: yellow, golden, lemon, amber
white: white, ivory, snowy, cream
black: black, ebony, jet black, dark
purple: purple, violet, lilac, mauve
teal: teal, turquoise, cyan, aqua
orange: orange, tangerine, apricot
pink: pink, rosy, magenta, fuchsia
brown: brown, tan, chocolate, beige
grey: grey, gray, silver, ashen
""")

PATTERN_WORDS = listed("""
striped: striped, stripy, lined, with stripes
dotted: dotted, spotted, polka dot, speckled
checked: checked, plaid, chequered, tartan
""")

SIZE_WORDS = listed("""
tiny: tiny, small, little, mini, miniature
big: big, large, huge, giant, enormous
""")

PLACE_WORDS = listed("""
park: in the park, in a garden, on the lawn, on the grass, in the green
street: on the street, in the city, on the road, downtown, on the pavement, in town
beach: at the beach, on the sand, by the sea, at the seaside, on the shore, by the ocean
forest: in the forest, in the woods, among trees, in the jungle, in woodland
sports_field: on a sports field, on a pitch, in a stadium, at the match, in the arena
playground: on a playground, in the yard, in the schoolyard, in the courtyard
living_room: in the living room, at home, in the lounge, in the apartment, in the parlour
kitchen: in the kitchen, at the cooker, in the canteen, in the bakery, by the stove
office: in the office, at work, in the bureau, in a meeting room, at headquarters
gym: in the gym, in a sports hall, in the fitness studio, at training, at the workout
desert: in the desert, among dunes, in the sahara, in the wasteland, in arid land
snow_field: in the snow, on a snowy field, in the winter, on the ice, in the arctic, on the ski slope
lake: at the lake, by the pond, at the waterside, on the river bank, by the water
classroom: in the classroom, at school, in the lesson, at the blackboard, in the lecture hall
shop: in the shop, in a store, at the supermarket, in the market, in the mall, in a boutique
garage: in the garage, in the workshop, in the shed, in a warehouse, in the factory
bedroom: in the bedroom, in the dormitory, in a hotel room, in the nursery, in the chamber
farm: on the farm, in the meadow, in the countryside, on the ranch, in the barnyard, in a field
station: at the station, on the platform, at the terminal, in the subway, by the railway
museum: in the museum, in the gallery, at the exhibition, in the palace, in the hall
""")

WEATHER_WORDS = listed("""
clear: on a sunny day, in fine weather, under a clear sky, in daylight, at noon
rain: in the rain, on a rainy day, in a shower, during a storm, in wet weather
snow: in falling snow, while it snows, in a blizzard, among snowflakes
fog: in the fog, in the mist, on a hazy morning, in thick haze
night: at night, in the dark, after dark, at midnight, in the evening
sunset: at sunset, at dusk, at dawn, in the twilight, in the evening light
""")

STYLE_WORDS = listed("""
black_and_white: black and white, monochrome, greyscale, in black and white
blurry: blurry, out of focus, blurred, unsharp
dark: dark, underexposed, dim, gloomy
bright: bright, overexposed, glaring, shiny
close_up: close up, portrait, detail, zoomed
""")

#: Where a thing is, from the person or thing that is named before.
RELATION_WORDS = listed("""
next_to: next to, beside, by, alongside, near
behind: behind, in the background, to the rear of, at the back of
in_front_of: in front of, before, in the foreground of
left_of: left of, to the left of, on the left of
right_of: right of, to the right of, on the right of
on: on, on top of, upon, atop
under: under, below, beneath, underneath
above: above, over, high above
between: between, amid, in the middle of
far_from: far from, away from, at a distance from, distant from
facing: facing, opposite, towards
away_from: with the back to, turned from
""")

#: How many people: one, two, three, more.
COUNT_WORDS = (
    ('a person alone', 'one person', 'a single person', 'a solo person'),
    ('two people', 'a couple', 'a pair of people', 'two persons', 'a duo'),
    ('three people', 'a trio', 'a group of three', 'three persons'),
    ('many people', 'a crowd', 'a group', 'several people', 'folks'),
)
NOBODY = (
    'nobody', 'no one', 'an empty scene', 'a view', 'a landscape',
    'scenery', 'an empty place',
)  # fmt: skip

#: What captions of the web say of pictures that do not show it.
MOODS = (
    'happy', 'beautiful', 'young', 'cute', 'nice', 'cool', 'serious',
    'cheerful', 'proud', 'tired', 'busy', 'lovely', 'funny', 'famous',
    'lonely', 'clever', 'brave', 'elegant', 'modern', 'casual', 'curious',
    'hungry', 'lazy', 'excited', 'calm', 'polite', 'shy', 'angry', 'sad',
    'smiling', 'friendly', 'attractive', 'confident', 'handsome', 'pretty',
    'healthy', 'strong', 'unknown', 'real', 'professional', 'amateur',
    'local', 'german', 'french', 'american', 'japanese', 'brazilian',
)  # fmt: skip
ADVERBS = (
    'slowly', 'quickly', 'carefully', 'quietly', 'happily', 'again',
    'together', 'outside', 'today', 'yesterday', 'alone', 'once more',
    'gently', 'suddenly', 'easily', 'eagerly', 'patiently', 'properly',
    'for fun', 'in public', 'as always', 'with joy', 'at last', 'this week',
    'every day', 'on monday', 'on sunday', 'in summer', 'in july',
)  # fmt: skip
#: What stands behind captions of the web.
TAILS = (
    'stock photo', 'royalty free', 'high resolution', 'my holiday', 'hd',
    'wallpaper', 'free download', 'flickr', 'news', 'for sale', 'album',
    'editorial image', 'part two', 'number seven', '2009', '2014', '2019',
    'summer camp', 'family album', 'archive', 'website', 'blog post',
    'vector art', 'illustration', 'picture of the day', 'vintage style',
)  # fmt: skip
