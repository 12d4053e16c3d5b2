"""What people do, in base forms.

``{thing}`` stands for a thing with its article and adjectives, ``{person}``
for the person it is done to. The first phrase of a verb is the plainest, in
which the names of classes are written.
"""

from stclip.zs_stage.words.lists import listed

_ALONE = """
stand: stand, stand still, stand upright, wait, stay, pose, remain standing
walk: walk, stroll, wander, march, stride, take a walk, go on foot
run: run, jog, sprint, dash, race, rush, run fast
jump: jump, leap, spring into the air, bounce, jump up high
hop: hop, skip, hop on one leg, skip along
sit: sit, sit on a chair, be seated, rest on a chair, perch
lie: lie, lie on the ground, sleep, nap, lie flat, snooze, rest on a mat
crouch: crouch, squat, hunker, cower, crouch low
kneel: kneel, genuflect, kneel on one knee, go on the knees
bend: bend, bow, stoop, bend forward, bend over, lean forward low
sit_down: sit down, take a seat, settle onto a chair, lower oneself to a chair, plop down
stand_up: stand up, get up from a chair, rise from a seat, arise, come to the feet
lie_down: lie down, go to bed, stretch out on the ground, recline, drop to the mat
get_up: get up, wake up, get off the ground, rise from the mat, scramble up
climb_up: climb up the stairs, go upstairs, ascend the steps, mount the stairs, step up
climb_down: climb down the stairs, go downstairs, descend the steps, come down the stairs, step down
dance: dance, boogie, sway, waltz, move to music, perform a dance
pull_up: do a pull up, do pull ups, hang from a bar, chin at a bar, exercise at a bar
crawl: crawl, creep, go on all fours, move on hands and knees
stretch: stretch, yawn, limber, extend the arms, warm up
lean: lean, lounge, slouch, idle about, loiter
fall: fall, tumble, trip, stumble, topple over
clap: clap, applaud, clap hands, give applause, put the hands together
wave: wave, wave a hand, greet, signal, wave hello, say hello
cheer: cheer, celebrate, rejoice, raise both arms, jubilate, exult
"""

_WITH_THINGS = """
hold: hold {thing}, have {thing} in hand, grip {thing}, clutch {thing}, grasp {thing}, show {thing}
carry: carry {thing}, bring {thing}, transport {thing}, lug {thing}, haul {thing}, bear {thing}
pick_up: pick up {thing}, lift {thing}, take {thing} off the floor, gather {thing}, collect {thing}, scoop up {thing}
put_down: put down {thing}, set down {thing}, place {thing} on the floor, deposit {thing}, lay {thing} on the ground, leave {thing} on the floor
throw: throw {thing}, toss {thing}, hurl {thing}, fling {thing}, pitch {thing}, lob {thing}
catch: catch {thing}, grab {thing} from the air, snatch {thing}, field {thing}, intercept {thing}, receive {thing}
push: push {thing}, shove {thing}, press against {thing}, propel {thing}, wheel {thing} forward
pull: pull {thing}, drag {thing}, tow {thing}, tug {thing}, draw {thing} along
raise: raise {thing}, hoist {thing}, elevate {thing}, heave up {thing}, press {thing} overhead
lower: lower {thing}, let {thing} down, bring {thing} down, sink {thing}, ease {thing} down
kick: kick {thing}, boot {thing}, strike {thing} with the foot, shoot {thing} with the foot, punt {thing}
swing: swing {thing}, wield {thing}, strike with {thing}, swipe with {thing}, bat with {thing}, slash with {thing}
drop: drop {thing}, let go of {thing}, lose {thing}, release {thing}
open: open {thing}, unfold {thing}, unlock {thing}, spread {thing}, unseal {thing}
close: close {thing}, shut {thing}, fold {thing}, lock {thing}, slam {thing}
point_at: point at {thing}, point to {thing}, point a finger at {thing}, indicate {thing}, gesture at {thing}
drink: drink from {thing}, sip from {thing}, gulp from {thing}, swig from {thing}, quench thirst with {thing}
eat: eat {thing}, bite into {thing}, munch {thing}, chew {thing}, taste {thing}, nibble {thing}
read: read {thing}, study {thing}, browse {thing}, leaf through {thing}, peruse {thing}
pour: pour from {thing}, fill a cup from {thing}, serve from {thing}, empty {thing}, spill from {thing}
comb: comb hair with {thing}, style hair with {thing}, do the hair with {thing}, groom with {thing}, tidy hair with {thing}
sweep: sweep the floor with {thing}, clean the floor with {thing}, wipe the ground with {thing}, tidy up with {thing}, scrub with {thing}
dig: dig with {thing}, shovel soil with {thing}, excavate with {thing}, turn earth with {thing}, plant with {thing}
chop: chop with {thing}, cut wood with {thing}, split logs with {thing}, hack with {thing}, fell trees with {thing}
hammer: hammer with {thing}, nail with {thing}, pound with {thing}, hit a nail with {thing}, build with {thing}
paint: paint with {thing}, colour a wall with {thing}, draw with {thing}, decorate with {thing}, sketch with {thing}
write: write with {thing}, scribble with {thing}, note with {thing}, sign with {thing}, jot with {thing}
play_string: play {thing}, strum {thing}, pluck {thing}, make music on {thing}, practise {thing}
play_blow: blow {thing}, sound {thing}, toot {thing}, play a tune on {thing}
play_drum: beat {thing}, bang {thing}, drum on {thing}, tap {thing}
photograph: take a photo with {thing}, take pictures with {thing}, photograph with {thing}, film with {thing}, snap with {thing}, shoot a picture with {thing}
talk_on_phone: talk on {thing}, call on {thing}, make a call with {thing}, chat on {thing}, answer {thing}, speak into {thing}
shoot: shoot {thing}, draw {thing} to shoot, fire {thing}, practise archery with {thing}, hunt with {thing}
aim: aim {thing}, point {thing} ahead, target with {thing}, threaten with {thing}
put_on: put on {thing}, don {thing}, dress with {thing}, try on {thing}, set {thing} on the head
take_off: take off {thing}, doff {thing}, remove {thing}, undress {thing}, pull {thing} off the head
put_on_shelf: put {thing} on the shelf, shelve {thing}, store {thing} on the shelf, stow {thing}, return {thing} to the shelf
take_from_shelf: take {thing} from the shelf, fetch {thing} from the shelf, get {thing} off the shelf, choose {thing} from the shelf, retrieve {thing}
wave_thing: wave {thing}, flutter {thing}, brandish {thing}, flap {thing}
shake: shake {thing}, rattle {thing}, jiggle {thing}, mix with {thing}
look_at: look at {thing}, watch {thing}, gaze at {thing}, stare at {thing}, view {thing}, regard {thing}
hug_thing: hug {thing}, cuddle {thing}, embrace {thing}, squeeze {thing}, snuggle {thing}
sing: sing into {thing}, perform with {thing}, croon into {thing}, do karaoke with {thing}, rap into {thing}
"""

_WITH_PERSONS = """
hug: hug {person}, embrace {person}, cuddle {person}, give {person} a hug, hold {person} tight
shake_hands: shake hands with {person}, greet {person} with a handshake, welcome {person}, clasp hands with {person}
punch: punch {person}, box {person}, hit {person}, beat {person}, fight {person}, throw a punch at {person}
kick_person: kick {person}, boot {person}, give {person} a kick, attack {person} with a kick
push_person: push {person}, shove {person} away, jostle {person}, repel {person}
wave_to: wave to {person}, wave at {person}, greet {person} from afar, beckon {person}
watch: watch {person}, look at {person}, observe {person}, stare at {person}, gaze at {person}
point_at_person: point at {person}, point to {person}, indicate {person}, accuse {person}, single out {person}
talk_to: talk to {person}, speak to {person}, chat with {person}, converse with {person}, discuss with {person}, tell {person} a story
give: give {thing} to {person}, hand {thing} to {person}, offer {thing} to {person}, pass {thing} to {person}, deliver {thing} to {person}
take: take {thing} from {person}, receive {thing} from {person}, accept {thing} from {person}, get {thing} from {person}
high_five: do a high five with {person}, slap hands with {person}, clap hands with {person}
follow: follow {person}, walk behind {person}, trail {person}, chase {person}, pursue {person}
dance_with: dance with {person}, waltz with {person}, tango with {person}, twirl {person}
"""

#: Phrases of every verb, the plainest first.
VERB_PHRASES = {
    **listed(_ALONE),
    **listed(_WITH_THINGS),
    **listed(_WITH_PERSONS),
}
