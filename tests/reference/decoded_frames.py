"""What of video files is decoded, and what is let go."""

from stclip.utils.errors import UserError
from stclip.video.decoder import Decoder
from stclip.video.video_file import VideoFile


def note_decoded(patch):
    """A list that gets each frame of a file that is decoded from now on."""
    seen, step = [], Decoder.next

    def note(self):
        frame, lost = step(self)
        seen.extend([frame] if frame else [])
        return frame, lost

    patch.setattr(Decoder, 'next', note)
    return seen


def break_reading(patch):
    """Let no file be read from now on; a list gets those that were to be.

    They are open then: whoever reads them has them let go.
    """
    broken = []

    def fail(self, indices):
        assert self._container is not None
        broken.append(self)
        raise UserError(f'{self.path} cannot be read')

    patch.setattr(VideoFile, 'read', fail)
    return broken
