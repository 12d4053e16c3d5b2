"""What of video files is decoded."""

from stclip.video.decoder import Decoder


def note_decoded(patch):
    """A list that gets each frame of a file that is decoded from now on."""
    seen, step = [], Decoder.next

    def note(self):
        frame, lost = step(self)
        seen.extend([frame] if frame else [])
        return frame, lost

    patch.setattr(Decoder, 'next', note)
    return seen
