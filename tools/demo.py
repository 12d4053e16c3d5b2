r"""Find who does what, where and when in a video, for labels in plain words.

Writes an annotated mp4, a contact sheet and a JSON file (described in
docs/how_to/annotate_a_video.md) into the folder --out. Without a checkpoint
of ST-CLIP, plain CLIP looks at each person's picture. The CLIP and the person
detector that come with the project know rendered people only.

Examples:
    python tools/demo.py VIDEO --labels "wave, sit, drink" --out out/
    python tools/demo.py VIDEO --labels labels.txt --out out/ \
        --clip ViT-B-16-quickgelu:openai \
        --detector configs/person_detector/faster_rcnn_r50_fpn_coco.py \
        --detector-checkpoint faster_rcnn_r50_fpn_1x_coco.pth
    python tools/demo.py VIDEO --labels "wave, sit, drink" --out out/ \
        --config configs/zs_jhmdb_split1.py --checkpoint iter_3000.pth
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from mmengine.config import Config
from tqdm import tqdm

from stclip.apis.inferencer import ActionInferencer
from stclip.apis.person_detector import PersonDetector
from stclip.apis.video_actions import VideoActions
from stclip.labels.label_list import labels_from_option
from stclip.models.clip import clip_image_size

ROOT = Path(__file__).parents[1]
STCLIP_CONFIG = ROOT / 'configs/zs_stage_single.py'
PLAIN_CLIP_CONFIG = ROOT / 'configs/clip/zs_stage_single_person_crop.py'


def parse_args(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add('video', help='video file or folder of frames')
    add(
        '--labels',
        required=True,
        help='action names with commas between, or a .txt file with one a '
        'line',
    )
    add('--out', type=Path, required=True, help='folder of the results')
    add('--checkpoint', help='ST-CLIP that tools/train.py saved')
    add('--config', help=f'its config; default: {_short(STCLIP_CONFIG)}')
    add(
        '--clip',
        metavar='ARCH:WEIGHTS',
        help='plain CLIP instead: open_clip name and tag, or files',
    )
    add('--detector', help='config of a person detector of mmdet')
    add('--detector-checkpoint', help='its weights')
    add('--stride', type=int, default=8, help='frames between keyframes')
    add('--batch-size', type=int, default=8, help='keyframes at a time')
    add(
        '--box-threshold',
        type=float,
        default=0.5,
        help='persons with a lower score are left out',
    )
    add('--device', help='default: a GPU if there is one')
    args = parser.parse_args(argv)
    if args.clip and (args.checkpoint or args.config):
        parser.error('--clip is plain CLIP: leave out --checkpoint, --config')
    if args.config and not args.checkpoint:
        parser.error('--config needs the --checkpoint that was trained by it')
    if args.clip and ':' not in args.clip:
        parser.error('--clip wants ARCH:WEIGHTS, as ViT-B-16-quickgelu:openai')
    if bool(args.detector) != bool(args.detector_checkpoint):
        parser.error('--detector and --detector-checkpoint go together')
    return args


def _short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def plain_clip_config(clip: str | None) -> Config:
    """The config of plain CLIP on person crops, for any CLIP."""
    cfg = Config.fromfile(PLAIN_CLIP_CONFIG)
    if clip is None:
        folder = ROOT / 'data/pretrained/tiny_clip'
        clip = f'{folder}/open_clip_config.json:{folder}/tiny_clip.pt'
    arch, pretrained = clip.rsplit(':', 1)
    cfg.model.clip.update(arch=arch, pretrained=pretrained)
    for step in cfg.test_dataloader.dataset.pipeline:
        if 'size' in step:
            step.size = clip_image_size(arch)
    return cfg


def build_inferencer(args: argparse.Namespace) -> ActionInferencer:
    """Build what the command line asks for."""
    detector = None
    if args.detector:
        detector = PersonDetector(
            args.detector, args.detector_checkpoint, args.device
        )
    if args.checkpoint:
        config = Config.fromfile(args.config or STCLIP_CONFIG)
    else:
        config = plain_clip_config(args.clip)
    return ActionInferencer(
        config,
        args.checkpoint,
        device=args.device,
        detector=detector,
        batch_size=args.batch_size,
        box_threshold=args.box_threshold,
    )


@contextmanager
def progress(
    what: str, total: int | None = None
) -> Iterator[Callable[[int], None]]:
    """Show a bar that is told how many frames are done."""
    with tqdm(total=total, desc=what, unit='frame') as bar:
        yield lambda done: bar.update(done - bar.n)


def save(result: VideoActions, out: Path) -> None:
    """Write the JSON file first: it holds all that was found."""
    stem = result.video.stem
    result.save_json(out / f'{stem}.json')
    result.save_contact_sheet(out / f'{stem}.png')
    with progress('drawing', result.num_frames) as show:
        result.save_video(out / f'{stem}.mp4', on_frame=show)


def main(argv: Sequence[str] | None = None) -> VideoActions:
    """Look at one video and write what was found."""
    args = parse_args(argv)
    try:
        infer = build_inferencer(args)
        with progress('looking') as show:
            result = infer(
                args.video,
                labels_from_option(args.labels),
                stride=args.stride,
                on_frame=show,
            )
        save(result, args.out)
    except (FileNotFoundError, ValueError) as error:
        sys.exit(f'error: {error}')
    print(
        f'{result.num_persons} persons on {len(result.frames)} keyframes of '
        f'{result.num_frames} frames; results in {args.out}'
    )
    return result


if __name__ == '__main__':
    main()
