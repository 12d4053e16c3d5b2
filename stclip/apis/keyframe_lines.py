"""Keyframes of a video on disk, kept from the moment each is found."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from stclip.apis.keyframe_stream import KeyframeStream
from stclip.labels.label_space import LabelSpace
from stclip.results.keyframe_actions import KeyframeActions
from stclip.results.video_actions import VideoActions
from stclip.utils.disk_space import told_if_full
from stclip.utils.errors import UserError
from stclip.utils.values import differing_keys
from stclip.video.damage import Damage

# What lines raise that are none of ours.
_DAMAGE = (LookupError, RecursionError, TypeError, ValueError)
_ANEW = '--overwrite starts anew, another --out keeps it'
_GO_ON = 'elsewhere; --resume goes on'
_PASSED = 'elsewhere; each of its lines is a keyframe that was found'


class KeyframeLines:
    """JSON lines of a video, of which a killed process leaves all but one.

    The first line holds what the results depend on. Each line after it is a
    keyframe, as in the JSON file. When there are all, a last line holds the
    rest of the JSON file and the banners of the pictures.

    The keyframes are read from the file, one at a time, whenever they are
    gone through.

    Args:
        path: The file.
        request: Plain values that the results depend on.
        labels: What persons are scored for.
        resume: Whether to go on with what the file holds; else it is
            replaced by the first keyframe.

    Raises:
        UserError: If the file is of another request, or damaged.
    """

    def __init__(
        self,
        path: Path,
        request: dict[str, Any],
        labels: LabelSpace,
        resume: bool = False,
    ) -> None:
        self.path = path
        self.labels = labels
        self._head = _line(json.loads(json.dumps(request)))
        # What the last line holds, if it is there.
        self._end: dict[str, Any] | None = None
        self._count = 0
        # Bytes of the whole lines.
        self._size = 0
        if resume and path.exists():
            self._check()

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[KeyframeActions]:
        for line in self._whole_lines(self._count + 1):
            value = json.loads(line)
            if 'frame_idx' in value:
                yield KeyframeActions.from_json(value, self.labels.names)

    def cut(self, multiple: int) -> None:
        """Leave out keyframes of a batch that is not whole.

        The batches of a run that goes on are then those of one that was never
        interrupted, and so are all digits.

        Args:
            multiple: Keyframes of a batch.
        """
        extra = self._count % multiple
        if self._end is not None or not extra:
            return
        self._count -= extra
        lines = self._whole_lines(self._count + 1)
        self._size = sum(len(line) for line in lines)

    def fill(
        self,
        stream: KeyframeStream,
        on_frame: Callable[[int], None] | None = None,
    ) -> VideoActions:
        """Write the keyframes that a stream finds after those that are here.

        Args:
            stream: It starts where the file ends.
            on_frame: Called with the number of each keyframe's frame.

        Returns:
            What was found on all of them.

        Raises:
            UserError: If the disk is full; what was found before is kept.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        mend = _PASSED if stream.is_live else _GO_ON
        for keyframe in stream.until_interrupted():
            line = _line(keyframe.to_json(self.labels.names))
            self._append(line if self._size else self._head + line, mend)
            self._count += 1
            if on_frame:
                on_frame(keyframe.frame_idx)
        result = stream.result(self)
        end = dict(result.summary(), banners=list(result.banners))
        self._append(_line(end), mend)
        self._end = json.loads(json.dumps(end))
        return result

    def result(self) -> VideoActions | None:
        """What was found; None as long as keyframes are missing."""
        if self._end is None:
            return None
        end = self._end
        return VideoActions(
            video=Path(end['video']),
            labels=self.labels,
            frames=self,
            num_frames=end['num_frames'],
            frame_hw=(end['height'], end['width']),
            fps=end['fps'],
            background=tuple(end['background']),
            warnings=tuple(end['warnings']),
            banners=tuple(end['banners']),
            damage=Damage.from_json(end['damage']),
            start_frame=end['start_frame'],
        )

    def remove(self) -> None:
        """Delete the file, once its content lies elsewhere."""
        self.path.unlink(missing_ok=True)

    def _append(self, line: bytes, mend: str) -> None:
        # Opened each time: nothing is left open, nor in a buffer.
        mode = 'r+b' if self._size else 'wb'
        with (
            told_if_full(self.path, mend),
            self.path.open(mode, 0) as file,
        ):
            file.seek(self._size)
            file.truncate()  # half a line of a killed process
            rest = memoryview(line)
            while rest:
                rest = rest[file.write(rest) :]
        self._size += len(line)

    def _whole_lines(self, limit: int | None = None) -> Iterator[bytes]:
        """Give lines up to a limit; what a killed process began is none."""
        with self.path.open('rb') as file:
            for index, line in enumerate(file):
                if index == limit or not line.endswith(b'\n'):
                    return
                yield line

    def _check(self) -> None:
        """Look at what there is, once."""
        for index, line in enumerate(self._whole_lines()):
            try:
                value = dict(json.loads(line))
                if index > 0:
                    self._note(value)
            except _DAMAGE as error:
                raise UserError(
                    f'{self.path}, line {index + 1} is damaged; {_ANEW}'
                ) from error
            if index == 0:
                self._require_same(value)
            self._size += len(line)

    def _note(self, value: dict[str, Any]) -> None:
        if 'frame_idx' in value:
            KeyframeActions.from_json(value, self.labels.names)
            self._count += 1
        else:
            self._end = value
            self.result()

    def _require_same(self, value: dict[str, Any]) -> None:
        wanted = json.loads(self._head)
        if keys := differing_keys(wanted, value):
            raise UserError(
                f'{self.path} was begun with other values of '
                f'{", ".join(keys)}: give the same to go on; {_ANEW}'
            )


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, allow_nan=False).encode() + b'\n'
