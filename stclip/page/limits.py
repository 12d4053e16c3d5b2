"""What users of the page may ask for."""

from dataclasses import dataclass

#: Letters in all labels or all words of the background together.
MAX_WORDS = 4000
MAX_LABELS = 200
#: Of a request that is no upload, in bytes.
MAX_REQUEST = 2**16
#: Longest side in px of the film that a browser shows.
SHOWN_SIDE_PX = 960


@dataclass(frozen=True)
class Limits:
    """Bounds of the page.

    Args:
        max_mb: Size of an upload, in 10**6 bytes.
        max_seconds: Length of a video.
        max_frames: Likewise.
        max_megapixels: Size of a frame.
        max_waiting: Jobs that wait for the one that runs.
        max_users: Pages that are open at a time.
        keep_mb: Memory that a user's look may take up to be kept for other
            labels, in 10**6 bytes.
        leave_sec: How long after a page was left its files are kept, so that
            a hiccup of the network costs nothing.
    """

    max_mb: float = 200
    max_seconds: float = 120
    max_frames: int = 10_000
    max_megapixels: float = 9
    max_waiting: int = 8
    max_users: int = 16
    keep_mb: float = 500
    leave_sec: float = 20

    @property
    def max_bytes(self) -> int:
        """Of an upload."""
        return int(self.max_mb * 10**6)
