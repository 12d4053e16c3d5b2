"""Wrong input to what uses models; see bad_inputs.py."""

import numpy as np
import pytest
import torch
from bad_inputs import (
    BINARY,
    FOLDER,
    LATIN,
    MARK,
    NO_CHECKPOINTS,
    WIDE,
    assert_refused,
    ids,
)
from PIL import Image
from synthetic_media import (
    make_frames,
    overwrite,
    packets_of,
    write_frames,
    write_video,
)
from turned_media import jpeg, png_that_says

VIDEO = 'v.mp4'
INFER = f'infer {VIDEO} --labels "walk, run" --out out'
LOOK = f'visualize da_sti {VIDEO} --labels "walk, run" --out out'
STCLIP = 'configs/zs_stage_single.py'
FRAMES = 'infer f --labels a --out out'
PICTURE = np.random.default_rng(0).integers(0, 256, (48, 64, 3), np.uint8)
DETECTOR = 'configs/person_detector/zs_stage_tiny.py'


def save(value):
    return lambda path: torch.save(value, path)


def write_damaged(path):
    """Frame 3 of six cannot be decoded."""
    write_video(path, make_frames(6), 'ffv1', gop=1)
    place, size = packets_of(path)[3]
    overwrite(path, place + 20, size - 40)


def write_cut(path):
    """Half a file: of AVI used, of MP4 the list of frames is missing."""
    write_video(path, make_frames(20, 64, 64))
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def write_frames_one_cut(path):
    write_frames(path, make_frames(4))
    second = path / '00002.png'
    second.write_bytes(second.read_bytes()[:-300])


DAMAGED, CUT, NO_INDEX = (
    {name: write}
    for name, write in (
        ('d.mkv', write_damaged),
        ('c.avi', write_cut),
        ('c.mp4', write_cut),
    )
)
LOOKS = ('infer', 'visualize da_sti')


def picture(mode, kind):
    return lambda path: Image.new(mode, (8, 8)).save(path, kind)


def link(path):
    """By another name, the video itself."""
    path.symlink_to(path.parents[1] / VIDEO)


def dangling(path):
    path.symlink_to('gone')


OVER, AMONG = 'would be written over', 'would be written into frames'
THERE = 'is there already; --overwrite'
INTO = f'infer {VIDEO} --labels a --out'
GO_ON = '--resume --model stage'
CASES = [
    # Damaged videos.
    *(
        (f'{command} d.mkv --labels a --out out --strict', DAMAGED, 'frame 3')
        for command in LOOKS
    ),
    *(
        (f'{command} c.avi --labels a --out out --strict', CUT, 'cut short')
        for command in LOOKS
    ),
    *(
        (f'{command} c.mp4 --labels a --out out', NO_INDEX, 'moov')
        for command in LOOKS
    ),
    # The command itself.
    ('no-such', {}, "No such command 'no-such'"),
    ('doctor --fast', {}, "No such option '--fast'"),
    # infer
    ('infer', {}, "Missing argument 'VIDEO...'"),
    (f'infer {VIDEO}', {}, "'--labels'"),
    (f'infer {VIDEO} --labels a', {}, "'--out'"),
    (f'infer {VIDEO} --labels , --out out', {}, 'at least one action name'),
    (f'infer {VIDEO} --labels a,a --out out', {}, "twice: ['a']"),
    (f'infer {VIDEO} --labels no.txt --out out', {}, 'no.txt does not exist'),
    (f'infer {VIDEO} --labels e.txt --out out', {'e.txt': ''}, 'e.txt'),
    (f'infer {VIDEO} --labels b.txt --out out', {'b.txt': BINARY}, 'b.txt'),
    (f'infer {VIDEO} --labels l.txt --out out', {'l.txt': LATIN}, 'l.txt'),
    *(
        (f'infer {VIDEO} --labels {name} --out out', {name: content}, words)
        for name, content, words in [
            ('no.TXT', None, 'no.TXT does not exist'),
            ('no.csv', None, 'no.csv does not exist'),
            ('no/such/list.names', None, 'list.names does not exist'),
            ('labels', FOLDER, 'this is a folder'),
            ('labels', LATIN, 'labels is not a text file in UTF-8 (line 1'),
            ('labels', WIDE, 'labels is not a text file in UTF-8 (line 1'),
            ('labels', 'a\nb\n\nb\n', "line 4: 'b' is there twice, first in"),
            ('l.json', '["walk", "run"]', 'l.json, line 1'),
            ('l.csv', '3,walk\n5,run\n', 'l.csv: lines are numbered [3, 5]'),
            ('l.csv', 'walk,0\nrun,1\n', 'l.csv, line 2'),
            ('l.csv', 'walk;\nrun;\n', 'l.csv, line 1'),
            ('l.tsv', 'walk\tlaufen\nrun\trennen\n', 'l.tsv, line 1'),
            ('l.yaml', '- walk\n- run\n', 'with the key labels'),
            ('l.pbtxt', 'item {\n  name: "walk"\n}\n', 'l.pbtxt, line 1'),
            ('l.txt', 'walk\n# run\n', 'l.txt, line 2'),
            ('l.txt', '1: walk\n3: run\n', 'lines are numbered [1, 3]'),
            ('l.txt', '4) walk\n5) run\n', 'lines are numbered [4, 5]'),
            ('l.txt', 'run/a.avi 1\nrun/b.avi 1\n', 'names the video run/a'),
            ('l.txt', 'v_Run.mp4\n', 'l.txt, line 1'),
            ('l.txt', 'walk\n" "\n', 'l.txt, line 2'),
        ]
    ),
    ('infer no.mp4 --labels a --out out', {}, 'no.mp4 does not exist'),
    ('infer t.mp4 --labels a --out out', {'t.mp4': 'text'}, 't.mp4'),
    ('infer e.mp4 --labels a --out out', {'e.mp4': ''}, 'e.mp4'),
    ('infer empty --labels a --out out', {'empty': FOLDER}, 'empty'),
    # infer: pictures that cannot be shown.
    *(
        (FRAMES, {'f/00001.png': content}, f'f/00001.png {words}')
        for content, words in (
            ('text', 'is damaged'),
            (BINARY, 'is damaged'),
            (b'\x89PNG\r\n\x1a\n', 'is damaged'),
            (jpeg(PICTURE, 1)[:-300], 'is damaged'),
            (picture('F', 'TIFF'), 'holds numbers whose range is not known'),
            (picture('I', 'TIFF'), 'holds numbers whose range is not known'),
            (png_that_says(20000), 'has more than 89478485 pixels'),
            (png_that_says(10000), 'has more than 89478485 pixels'),
        )
    ),
    # A picture among others is refused only if that is asked for.
    *(
        (
            f'{command} f --labels a --out out --strict',
            {'f': write_frames_one_cut},
            '00002.png is damaged',
        )
        for command in LOOKS
    ),
    # A file has a clock of its own.
    (f'{INFER} --fps 25', {}, f'{VIDEO} is a file'),
    (f'{LOOK} --fps 25', {}, f'{VIDEO} is a file'),
    (f'{INFER} --fps 0', {}, "'--fps': 0"),
    (f'{INFER} --fps nan', {}, "'--fps': nan"),
    (f'{INFER} --stride 0', {}, "'--stride': 0"),
    (f'{INFER} --stride x', {}, "'--stride': 'x'"),
    (f'{INFER} --batch-size 0', {}, "'--batch-size': 0"),
    (f'{INFER} --box-threshold -1', {}, "'--box-threshold': -1"),
    (f'{INFER} --box-threshold nan', {}, "'--box-threshold'"),
    (f'{INFER} --model stage --device tpu9', {}, 'tpu9'),
    (f'{INFER} --clip ViT-B-16', {}, 'wants ARCH:WEIGHTS'),
    (f'{INFER} --clip no-such:openai', {}, 'no-such'),
    (
        f'{INFER} --clip ViT-H-14-worldwide-quickgelu:metaclip2_worldwide',
        {},
        'huggingface.co/facebook/xlm-v-base',
    ),
    (f'{INFER} --clip ViT-L-14-worldwide:x', {}, 'co/google/mt5-base'),
    (f'{INFER} --clip ViT-H-14-CLIPA:x', {}, 'co/bert-base-uncased'),
    (f'{INFER} --clip ViT-B-16-SigLIP:webli', {}, 'co/timm/ViT-B-16-SigLIP'),
    (f'{INFER} --clip roberta-ViT-B-32:x', {}, 'tower is roberta-base'),
    (f'{INFER} --clip coca_base:x', {}, 'a tokenizer of 64000 words'),
    (f'{INFER} --clip RN50:x', {}, 'tag of RN50'),
    (f'{INFER} --clip c.json:x', {'c.json': '{"a": 1}'}, 'needs embed_dim'),
    (f'{INFER} --clip c.json:x', {'c.json': '{"model_cfg": 1}'}, 'mapping'),
    (f'{INFER} --clip c.json:x', {'c.json': '[1]'}, 'c.json'),
    (f'{INFER} --out dangling', {'dangling': dangling}, 'is a link to gone'),
    (f'{INFER} --clip a:b --checkpoint c', {}, 'leave out --checkpoint'),
    (f'{INFER} --config {STCLIP}', {}, 'needs the --checkpoint'),
    (f'{INFER} --detector-checkpoint a.pth', {}, 'needs its --detector'),
    (f'{INFER} --detector no.py --detector-checkpoint c', {}, 'no.py'),
    (f'{INFER} --checkpoint no.pth', {}, 'no.pth does not exist'),
    (f'{INFER} --checkpoint e.pth', {'e.pth': ''}, 'e.pth'),
    (f'{INFER} --checkpoint t.pth', {'t.pth': '<html>'}, 't.pth'),
    (f'{INFER} --checkpoint b.pth', {'b.pth': BINARY}, 'b.pth'),
    (f'{INFER} --checkpoint l.pth', {'l.pth': save([1])}, 'l.pth holds a l'),
    (f'{INFER} --checkpoint n.pth', {'n.pth': save({})}, 'n.pth holds no'),
    (
        f'{INFER} --checkpoint w.pth --config no.py',
        {'w.pth': save(dict(w=torch.ones(1)))},
        'no.py does not exist',
    ),
    (
        f'{INFER} --checkpoint w.pth --config c.py',
        {'w.pth': save(dict(w=torch.ones(1))), 'c.py': 'model = dict('},
        'c.py, line 1',
    ),
    (
        f'{INFER} --checkpoint w.pth --config c.py',
        {'w.pth': save(dict(w=torch.ones(1))), 'c.py': 'a = 1'},
        'c.py',
    ),
    (f'{INFER} --attributes no.jsonl', {}, 'no.jsonl does not exist'),
    (f'{INFER} --attributes t.jsonl', {'t.jsonl': 'text'}, 't.jsonl, line 1'),
    (f'{INFER} --attributes m.jsonl', {'m.jsonl': MARK + b'{}'}, 'm.jsonl'),
    (f'{INFER} --graphs no.jsonl', {}, 'no.jsonl does not exist'),
    (f'{INFER} --graphs t.jsonl', {'t.jsonl': '{"a": 1}'}, 't.jsonl, line 1'),
    (f'infer {VIDEO} --labels "walk" --out f', {'f': 'text'}, "'f' is a file"),
    (f'{INTO} .', {}, f'{VIDEO} {OVER} {VIDEO}'),
    (f'{INTO} . --overwrite', {}, f'{VIDEO} {OVER} {VIDEO}'),
    (f'{INTO} x/..', {'x': FOLDER}, f'{OVER} {VIDEO}'),
    (f'{INTO} x', {f'x/{VIDEO}': link}, f'x/{VIDEO} {OVER} {VIDEO}'),
    (f'{INTO} x', {'x/v.json': 'old'}, f'x/v.json {THERE}'),
    (f'{INTO} x', {'x/v.png': 'old'}, f'x/v.png {THERE}'),
    (f'{INTO} x', {'x/v.mp4': 'old'}, f'x/v.mp4 {THERE}'),
    (f'{INTO} x', {'x/v.json': FOLDER}, 'x/v.json is a folder'),
    (f'{INTO} x', {'x/v.jsonl': 'text'}, 'x/v.jsonl holds what an interru'),
    (f'{INTO} x', {'x/v.jsonl': FOLDER}, 'x/v.jsonl is a folder'),
    *(
        (f'{INTO} x {GO_ON}', {'x/v.jsonl': content}, 'x/v.jsonl, line 1 is')
        for content in (
            'text\n',
            '5\n',
            'null\n',
            b'\xff\n',
            '[' * 10**5 + '\n',
        )
    ),
    (f'{INTO} x {GO_ON}', {'x/v.jsonl': '{"form": 0}\n'}, 'values of form'),
    (f'{INTO} x --resume', {'x/v.json': 'old'}, f'x/v.json {THERE}'),
    (f'{INTO} x --resume --overwrite', {}, 'leave out --resume'),
    (f'{INTO} /proc/no', {}, '/proc cannot be written'),
    (f'{INTO} names.txt/x', {}, 'names.txt is a file'),
    ('infer frames --labels a --out frames', {}, AMONG),
    ('infer frames --labels a --out frames --overwrite', {}, AMONG),
    ('infer frames --labels a --out ./frames/../frames', {}, 'into frames'),
    (f'infer {VIDEO} --labels v.json --out .', {'v.json': 'a'}, 'v.json wo'),
    (
        f'infer {VIDEO} --labels a --out out --checkpoint out/v.json',
        {'out/v.json': 'text'},
        f'out/v.json {OVER}',
    ),
    # visualize
    (f'visualize da_sti {VIDEO} --labels a --out .', {}, f'{OVER} {VIDEO}'),
    (LOOK, {'out/v_strip.png': 'old'}, f'out/v_strip.png {THERE}'),
    ('visualize da_sti frames --labels a --out frames', {}, AMONG),
    ('visualize', {}, 'Missing argument'),
    (f'visualize st_clip {VIDEO}', {}, "'st_clip' is not"),
    (f'{LOOK} --class fly', {}, 'fly'),
    (f'{LOOK} --config no.py', {}, 'no.py does not exist'),
    (f'{LOOK} --checkpoint no.pth', {}, 'no.pth does not exist'),
    (f'{LOOK} --attributes no.jsonl', {}, 'no.jsonl does not exist'),
    ('visualize da_sti no.mp4 --labels a --out o', {}, 'no.mp4 does not'),
    # convert
    ('convert', {}, 'Missing argument'),
    ('convert a b', {}, "'--source'"),
    ('convert a b --source theirs', {}, "got 'theirs'"),
    ('convert no.pth b --source st_clip_official', {}, 'no.pth does not'),
    ('convert t.pth t.pth --source st_clip_official', {'t.pth': 'x'}, OVER),
    ('convert v.mp4 ./v.mp4 --source st_clip_official --overwrite', {}, OVER),
    ('convert v.mp4 b --source st_clip_official', {'b': 'old'}, f'b {THERE}'),
    ('convert v.mp4 b --source st_clip_official', {'b': FOLDER}, 'b is a fo'),
    ('convert v.mp4 /proc/b --source st_clip_official', {}, 'cannot be wri'),
    (
        'convert t.pth b --source st_clip_official',
        {'t.pth': 'text'},
        't.pth',
    ),
    (
        'convert l.pth b --source st_clip_official',
        {'l.pth': save([1])},
        'l.pth',
    ),
    (
        'convert n.pth b --source st_clip_official',
        {'n.pth': save(dict(model={}))},
        'n.pth',
    ),
    # Addresses.
    *(
        (line.format(address), {}, words)
        for line in (
            f'{INFER} --checkpoint {{}}',
            f'{INFER} --detector {DETECTOR} --detector-checkpoint {{}}',
            f'{INFER} --clip ViT-B-16:{{}}',
            f'{LOOK} --checkpoint {{}}',
            'convert {} b --source st_clip_official',
        )
        for address, words in NO_CHECKPOINTS
    ),
    *(
        (LOOK.replace(VIDEO, address), {}, 'videos are local files')
        for address in ('rtsp://127.0.0.1/live', 'http://127.0.0.1:9/v.mp4')
    ),
    (f'{INFER} --clip ViT-B-16:no.pt', {}, 'no.pt does not exist'),
    (f'{INFER} --clip ViT-B-16:12:30.pt', {}, '12:30.pt does not exist'),
]


@pytest.fixture
def folder(folder, film):
    """A video, frames and names."""
    (folder / 'names.txt').write_text('walk\nrun\n')
    write_frames(folder / 'frames', make_frames(3))
    return folder


@pytest.mark.parametrize('line, files, words', CASES, ids=ids(CASES))
def test_one_line(folder, capfd, line, files, words):
    assert_refused(folder, files, line, words, capfd)
