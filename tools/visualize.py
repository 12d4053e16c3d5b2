r"""Draw where a model looks in a video, for labels in plain words.

da_sti: the heat of words on patches and the weights of the frames, after
Figure 6 of DA-STI (arXiv:2510.27255), for plain CLIP and for ours, as a
picture and an mp4 in the folder --out. docs/how_to/visualize.md explains them.

Examples:
    python tools/visualize.py da_sti VIDEO --labels "run, golf, hug" --out out
    python tools/visualize.py da_sti VIDEO --labels data/labels/ucf101.txt \
        --attributes data/attributes/ucf101.jsonl --class BenchPress \
        --config configs/da_sti/dasti_vit-b16_16f_k400.py \
        --checkpoint epoch_30.pth --out out
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from stclip.apis.attention_maps import explain_video
from stclip.knowledge.attributes import read_attributes, with_attributes
from stclip.labels.label_list import labels_from_option
from stclip.labels.label_space import LabelSpace
from stclip.video import VideoWriter, save_image
from stclip.visualization import Attention, attention_frames, attention_strip

ROOT = Path(__file__).parents[1]
CONFIG = 'configs/da_sti/dasti_zs_stage.py'
# Frames are few and each shall be looked at.
FPS = 2


def parse_args(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add('method', choices=['da_sti'], help='whose pictures')
    add('video', help='video file or folder of frames')
    add(
        '--labels',
        required=True,
        help='action names with commas between, or a .txt file with one a '
        'line; commas in double quotes or parentheses belong to a name',
    )
    add('--attributes', help='their keywords, as in data/attributes/')
    add(
        '--class',
        dest='class_name',
        help='the label that is looked for; default: the likeliest',
    )
    add('--config', default=ROOT / CONFIG, help=f'default: {CONFIG}')
    add('--checkpoint', help='model that tools/train.py saved')
    add('--device', help='default: a GPU if there is one')
    add('--out', type=Path, required=True, help='folder of the results')
    return parser.parse_args(argv)


def explain(args: argparse.Namespace) -> Attention:
    """Do what the command line asks for."""
    labels = LabelSpace(labels_from_option(args.labels))
    if args.attributes:
        labels = with_attributes(labels, read_attributes(args.attributes))
    return explain_video(
        args.config,
        args.checkpoint,
        args.video,
        labels,
        args.class_name,
        args.device,
    )


def save(seen: Attention, stem: str) -> None:
    """Write the picture, then the film."""
    save_image(f'{stem}_strip.png', attention_strip(seen))
    with VideoWriter(f'{stem}.mp4', FPS) as writer:
        for picture in attention_frames(seen):
            writer.write(picture)


def main(argv: Sequence[str] | None = None) -> Attention:
    """Look at one video and draw what was looked at."""
    args = parse_args(argv)
    stem = str(args.out / Path(args.video).stem)
    try:
        seen = explain(args)
        save(seen, stem)
    except (FileNotFoundError, ValueError) as error:
        sys.exit(f'error: {error}')
    print(*seen.head, f'{stem}_strip.png', f'{stem}.mp4', sep='\n')
    return seen


if __name__ == '__main__':
    main()
