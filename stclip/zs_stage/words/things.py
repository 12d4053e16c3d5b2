"""Names of things."""

from stclip.zs_stage.words.lists import listed

#: What may lie in a hand.
_HELD = """
cup: cup, mug, teacup, coffee cup, beaker
glass: glass, tumbler, goblet, wine glass, drinking glass
bottle: bottle, flask, water bottle, thermos, vial
jug: jug, pitcher, carafe, ewer, teapot
book: book, novel, textbook, notebook, paperback, volume
newspaper: newspaper, paper, magazine, gazette, journal
phone: phone, mobile, telephone, smartphone, handset, cellphone
laptop: laptop, computer, notebook computer, macbook
camera: camera, camcorder, photo camera, kodak
umbrella: umbrella, parasol, brolly, sunshade
broom: broom, besom, sweeper, floor brush
mop: mop, swab, floor mop
shovel: shovel, spade, trowel, digger
rake: rake, garden rake, leaf rake
hammer: hammer, mallet, sledgehammer, gavel
saw: saw, handsaw, hacksaw
axe: axe, hatchet, tomahawk, cleaver
knife: knife, blade, dagger, kitchen knife
pan: pan, skillet, frying pan, wok, saucepan
spoon: spoon, ladle, teaspoon, tablespoon
plate: plate, dish, saucer, platter
guitar: guitar, ukulele, banjo, electric guitar
violin: violin, fiddle, viola
drum: drum, bongo, snare, tambourine
trumpet: trumpet, horn, bugle, cornet
microphone: microphone, mic, mike
flag: flag, banner, pennant, ensign
balloon: balloon, party balloon, inflatable
kite: kite, paper kite, flying kite
flower: flower, rose, tulip, daisy, bouquet, blossom
bag: bag, handbag, purse, tote, pouch
suitcase: suitcase, briefcase, luggage, valise, baggage
basket: basket, hamper, wicker basket, picnic basket
bucket: bucket, pail, tub, water bucket
hat: hat, bonnet, sombrero, fedora
bow: bow, longbow, archery bow, crossbow
gun: gun, pistol, rifle, revolver, firearm, shotgun
bat: bat, baseball bat, cricket bat, cudgel
racket: racket, tennis racket, badminton racket, paddle
club: club, golf club, putter, golf iron
sword: sword, sabre, rapier, katana
shield: shield, buckler, round shield
torch: torch, flashlight, flaming torch, firebrand
lantern: lantern, lamp, oil lamp, storm lantern
barbell: barbell, weights, dumbbell, weight, iron bar
rope: rope, cord, string, cable, lasso
brush: brush, hairbrush, toothbrush, scrubbing brush
comb: comb, hair comb, pocket comb
pen: pen, pencil, ballpoint, crayon, marker
paintbrush: paintbrush, painter brush, artist brush, roller
key: key, door key, house key
clock: clock, alarm clock, timepiece, stopwatch
pillow: pillow, cushion, bolster
teddy: teddy, teddy bear, plush toy, stuffed animal, soft toy
doll: doll, puppet, figurine, barbie
fish: fish, trout, salmon, carp, cod
apple: apple, fruit, red apple, peach
banana: banana, plantain, ripe banana
bread: bread, loaf, baguette, toast
pizza: pizza, pizza slice, margherita
cake: cake, pie, tart, birthday cake, cupcake
ice_cream: ice cream, ice cream cone, gelato, sundae
ball: ball, beach ball, rubber ball, sphere
basketball: basketball, orange ball, hoop ball
football: football, soccer ball, leather ball
box: box, parcel, package, carton, cardboard box, crate
gift: gift, present, wrapped box, surprise
tray: tray, salver, serving tray
candle: candle, taper, candlestick
fan: fan, hand fan, paper fan
mirror: mirror, looking glass, hand mirror
letter: letter, envelope, postcard, mail, document
map: map, chart, atlas, road map
scissors: scissors, shears, clippers
skateboard: skateboard, longboard, skate
log: log, timber, firewood, plank
brick: brick, cobble, building block
wheel: wheel, tyre, tire, rubber ring
ladder: ladder, stepladder, rungs
"""

#: Animals.
_ANIMALS = """
dog: dog, puppy, hound, terrier, pooch
cat: cat, kitten, kitty, tabby
bird: bird, sparrow, pigeon, crow, robin
horse: horse, pony, stallion, mare
duck: duck, duckling, goose, mallard
cow: cow, cattle, bull, ox
sheep: sheep, lamb, ram, ewe
"""

#: What stands about, or hangs in the sky.
_STANDING = """
tree: tree, oak, maple, leafy tree
pine: pine, fir, spruce, conifer, christmas tree
bush: bush, shrub, hedge, thicket
palm: palm, palm tree, coconut tree
house: house, cottage, home, villa, building
tent: tent, camping tent, wigwam, marquee
tower: tower, skyscraper, high rise, lighthouse
church: church, chapel, cathedral, steeple
lamp_post: lamp post, street lamp, street light, lantern pole
car: car, automobile, sedan, taxi, cab
bus: bus, coach, minibus, school bus
truck: truck, lorry, van, pickup
bicycle: bicycle, bike, cycle, mountain bike
boat: boat, ship, sailboat, dinghy, yacht
bench: bench, park bench, pew
table: table, desk, workbench, counter
chair: chair, stool, seat, armchair
sofa: sofa, couch, settee, loveseat
bed: bed, bunk, mattress, cot
shelf: shelf, bookcase, rack, bookshelf, cupboard
door: door, doorway, gate, entrance
window: window, windowpane, casement, porthole
fence: fence, railing, palisade, barrier
goal: goal, goalpost, football goal, goal net
hoop: hoop, basket ring, basketball hoop, backboard
stairs: stairs, staircase, steps, stairway
cart: cart, trolley, wheelbarrow, pushcart, wagon
fountain: fountain, water jet, waterworks
rock: rock, stone, boulder, pebble
mountain: mountain, hill, peak, summit
snowman: snowman, snow figure, snow sculpture
bin: bin, trash can, garbage can, dustbin
tv: tv, television, screen, monitor
piano: piano, grand piano, keyboard
fridge: fridge, refrigerator, freezer, icebox
sink: sink, washbasin, basin, faucet
sign: sign, signpost, road sign, notice
mailbox: mailbox, postbox, letter box
windmill: windmill, mill, wind turbine
cactus: cactus, saguaro, succulent
campfire: campfire, bonfire, fire, flames
sun: sun, sunshine, sunlight
moon: moon, crescent, full moon
cloud: cloud, clouds, cumulus
rainbow: rainbow, coloured arc, spectrum
barrel: barrel, cask, keg, drum barrel
statue: statue, sculpture, monument, bust
"""

#: Words of every thing, the plainest first.
THING_WORDS = {
    **listed(_HELD),
    **listed(_ANIMALS),
    **listed(_STANDING),
}
