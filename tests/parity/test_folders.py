"""Which folders of reference numbers belong to a method."""

import method_numbers
import pytest


@pytest.mark.parametrize(
    'method, own',
    [
        ('a5', {'a5', 'a5_a', 'a5-b', 'a5.2', 'a5_b.half', 'a5b'}),
        ('actionclip', {'actionclip_a', 'actionclip-b'}),
        ('actionclip_mm', {'actionclip_mm', 'actionclip_mm_a'}),
        ('x_clip', {'x_clip_a'}),
        ('bike', set()),
    ],
)
def test_every_folder_that_begins_with_the_name(
    tmp_path, monkeypatch, method, own
):
    """However it goes on; what is left out would be left out silently."""
    names = (
        *('a5', 'a5_a', 'a5-b', 'a5.2', 'a5_b.half', 'a5b', 'ca5_a'),
        *('actionclip_a', 'actionclip-b', 'actionclip_mm', 'actionclip_mm_a'),
        *('x_clip_a', 'open_x_clip_a'),
    )
    for name in names:
        (tmp_path / 'fixtures' / name).mkdir(parents=True)
    monkeypatch.setattr(method_numbers, 'SHARED', tmp_path)
    found = [folder.name for folder in method_numbers.folders_of(method)]
    assert found == sorted(own)
