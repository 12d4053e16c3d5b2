"""The page in a real browser, against the Python interface."""

import importlib.util
import os
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect, sync_playwright
from served_page import until

from stclip.apis.kept_features import KeptFeatures
from stclip.page.sample import SAMPLE_LABELS
from stclip.utils.errors import UserError
from stclip.video.opening import open_video

ROOT = Path(__file__).parents[2]
OTHERS = ('wave', 'crouch', 'read a book')
expect.set_options(timeout=30_000)
SCRIPT = "<img src=x onerror='document.title=1'>"


@pytest.fixture(scope='module')
def tool():
    """What draws the page for the documentation."""
    path = ROOT / 'tools' / 'draw_page.py'
    spec = importlib.util.spec_from_file_location('draw_page', path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope='module')
def chromium(tool):
    try:
        path = tool.browser_path()
    except UserError as none:
        give_up = (
            pytest.fail if os.environ.get('STCLIP_SHARED') else pytest.skip
        )
        give_up(str(none))
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=path, args=['--no-sandbox']
        )
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, site):
    """Open the page, as a user of one's own; no fault may go unseen."""
    contexts, faults = [], []

    def open_page():
        context = chromium.new_context(accept_downloads=True)
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        page.on('pageerror', lambda error: faults.append(str(error)))
        page.goto(site.url)
        expect(page.locator('#model')).to_have_value('stage')
        return page

    yield open_page
    for context in contexts:
        context.close()
    until(lambda: not site.page.visitors._here)
    folder = site.page.visitors.folder
    until(lambda: not list(folder.glob('*/upload-*')))
    assert faults == []


@pytest.fixture
def clip(sample, tmp_path):
    """The sample, as somebody else's video."""
    return Path(shutil.copy(sample, tmp_path / 'my clip.mp4'))


def upload(page, path):
    page.set_input_files('#file', path)
    expect(page.locator('#facts')).to_contain_text(' frames')


def ask(page, labels):
    page.fill('#labels', ', '.join(labels))
    page.click('#ask')
    expect(page.locator('#legend li')).to_have_text(list(labels))


def truth(infer, video, labels):
    kept = KeptFeatures.look(infer, video, stride='0.5s')
    return kept.with_labels(infer, labels)


def download(page, name):
    with page.expect_download() as loaded:
        page.get_by_text(name, exact=True).click()
    path = Path(loaded.value.path())
    return loaded.value.suggested_filename, path.read_bytes()


def assert_downloads(page, result, tmp_path):
    """Files from the page and from the interface, byte by byte."""
    named = replace(result, video=Path('my_clip.mp4'))
    for form, suffix in (('csv', 'csv'), ('cvat', 'cvat.xml')):
        path = tmp_path / f'truth.{suffix}'
        named.save(path, form)
        name, content = download(page, f'{form} ({suffix})')
        assert name == f'my_clip.{suffix}'
        assert content.replace(b'my_clip', b'') == path.read_bytes().replace(
            b'my_clip', b''
        )


def tags_of(frame, result):
    """What stands beside the boxes of a keyframe."""
    names = result.labels.names
    for track_id, probs in zip(
        frame.track_ids, frame.action_probs, strict=True
    ):
        shown = [i for i in (-probs).argsort()[:2] if probs[i] >= 0.1]
        words = [f'{names[i]} {probs[i]:.2f}' for i in shown]
        yield ' · '.join([f'#{track_id}', *words])


def assert_answer(page, result):
    """What is seen at once: doubts, persons, what they do, boxes."""
    assert result.warnings
    expect(page.locator('#trust li')).to_have_text(
        [*result.banners, *result.warnings]
    )
    tracks = [f'#{track.track_id}' for track in result.tracks]
    assert len(tracks) == 2
    expect(page.locator('#timeline .who')).to_have_text(tracks)
    bars = sorted(segment.label for segment in result.segments)
    assert sorted(page.locator('.span').all_inner_texts()) == bars
    page.wait_for_function(
        'film => film.readyState >= 2 && film.videoWidth === 160 '
        '&& Math.abs(film.duration - 5) < 0.1',
        arg=page.query_selector('#film'),
    )
    first = next(iter(result.frames))
    tags = list(tags_of(first, result))
    expect(page.locator('#tags .tag')).to_have_text(tags)
    box = page.locator('#boxes rect').first
    assert float(box.get_attribute('x')) * 160 == pytest.approx(
        float(first.boxes_xyxy[0, 0]), abs=0.01
    )


def assert_moment(page, result):
    """A click at 42 % of the second person's row, and why it is so."""
    track = page.locator('.track[data-person="2"]')
    width = track.bounding_box()['width']
    track.click(position=dict(x=width * 0.42, y=9))
    frame = list(result.frames)[4]
    expect(page.locator('#moment-head')).to_contain_text(
        f'Person #2 at {frame.time_sec:.2f} s (frame 16)'
    )
    page.wait_for_function(
        '([film, time]) => Math.abs(film.currentTime - time) < 0.01',
        arg=[page.query_selector('#film'), frame.time_sec],
    )
    probs = frame.action_probs[frame.track_ids.tolist().index(2)]
    first = page.locator('#actions li').first
    best = SAMPLE_LABELS[probs.argmax()]
    expect(first).to_have_text(f'{best}{probs.max():.2f}')
    tags = list(tags_of(frame, result))
    expect(page.locator('#tags .tag')).to_have_text(tags)
    pictures = page.locator('#why img')
    expect(pictures).to_have_count(2)
    for picture in (pictures.nth(0), pictures.nth(1)):
        expect(picture).to_have_js_property('naturalWidth', 336)
    expect(page.locator('#why')).to_contain_text('does not depend on it')
    before = pictures.first.get_attribute('src')
    page.locator('#actions button', has_text='sit').click()
    expect(page.locator('#why')).to_contain_text('sit, person: the patches')
    assert pictures.first.get_attribute('src') != before


def assert_other_labels(page, result, tmp_path):
    """Scored without a look; words of others are words and no markup."""
    ask(page, OTHERS)
    assert_downloads(page, result, tmp_path)
    expect(page.locator('#moment')).to_be_hidden()
    ask(page, (SCRIPT, 'sit'))
    assert page.locator('#legend img, .tag img, .span img').count() == 0
    assert page.title() != '1'


def test_the_whole_way(open_page, infer, clip, tmp_path, monkeypatch):
    page = open_page()
    expect(page.locator('#ask')).to_be_disabled()
    upload(page, clip)
    expect(page.locator('#facts')).to_have_text(
        'my_clip.mp4: 160 x 120, 40 frames, 5.0 s'
    )
    ask(page, SAMPLE_LABELS)
    result = truth(infer, clip, SAMPLE_LABELS)
    assert_answer(page, result)
    assert_moment(page, result)
    assert_downloads(page, result, tmp_path)
    with page.expect_download() as loaded:
        page.click('.draw')
    drawn = tmp_path / 'drawn.mp4'
    loaded.value.save_as(drawn)
    assert open_video(drawn).num_frames == 40
    other = truth(infer, clip, OTHERS)
    # From here on nobody can look at a video.
    monkeypatch.setattr(infer, 'stream', None)
    assert_other_labels(page, other, tmp_path)


def test_two_users_at_once(open_page, infer, sample, gate, clip):
    first, second = open_page(), open_page()
    upload(first, clip)
    second.click('#sample')
    expect(second.locator('#facts')).to_contain_text('crowd_test_001')
    gate.close()
    first.fill('#labels', 'walk, sit')
    first.click('#ask')
    assert gate.reached.wait(30)
    second.fill('#labels', ', '.join(OTHERS))
    second.click('#ask')
    expect(second.locator('#doing')).to_contain_text('after 1 other')
    expect(first.locator('#doing')).not_to_contain_text('after')
    gate.open()
    for page, labels in ((first, ('walk', 'sit')), (second, OTHERS)):
        expect(page.locator('#legend li')).to_have_text(list(labels))
        expect(page.locator('#timeline .row')).to_have_count(2)
    # Of a rendered video the small weights can be trusted.
    expect(first.locator('#trust li')).not_to_have_count(0)
    expect(second.locator('#trust li')).to_have_count(0)


def test_a_browser_that_leaves(open_page, site, gate, clip):
    page, other = open_page(), open_page()
    upload(page, clip)
    gate.close()
    page.fill('#labels', 'walk, sit')
    page.click('#ask')
    assert gate.reached.wait(30)
    folder = site.page.visitors.folder
    assert len(list(folder.glob('*/upload-*/my_clip.mp4'))) == 1
    page.close()
    until(lambda: len(site.page.visitors._here) == 1)
    gate.open()
    until(lambda: not list(folder.glob('*/upload-*')))
    # The next one is served, and may stop as well.
    upload(other, clip)
    gate.close()
    gate.reached.clear()
    other.fill('#labels', 'walk, sit')
    other.click('#ask')
    assert gate.reached.wait(30)
    other.click('#stop')
    gate.open()
    expect(other.locator('#error')).to_have_text('stopped')
    ask(other, ('walk', 'sit'))
    expect(other.locator('#error')).to_be_hidden()


def test_bad_uploads(open_page, tmp_path, clip):
    page = open_page()
    error = page.locator('#error')
    (tmp_path / 'text.mp4').write_text('hello')
    (tmp_path / 'notes.txt').write_text('hello')
    (tmp_path / 'large.mp4').write_bytes(bytes(1_000_001))
    with zipfile.ZipFile(
        tmp_path / 'bomb.mp4', 'w', zipfile.ZIP_DEFLATED
    ) as archive:
        archive.writestr('a.mp4', bytes(10**7))
    for name, words in (
        ('text.mp4', 'text.mp4 is no video that can be read'),
        ('notes.txt', "'notes.txt' is named like no video"),
        ('bomb.mp4', 'bomb.mp4 is no video that can be read'),
        ('large.mp4', 'large.mp4 is larger than 1 MB'),
    ):
        page.set_input_files('#file', tmp_path / name)
        expect(error).to_contain_text(words)
        assert '\n' not in error.inner_text()
        expect(page.locator('#facts')).to_have_text('None yet.')
    upload(page, clip)
    expect(error).to_be_hidden()
    page.fill('#labels', '')
    page.click('#ask')
    expect(error).to_contain_text('give at least one label')
    page.fill('#labels', 'walk, walk')
    page.click('#ask')
    expect(error).to_contain_text('twice')


def test_the_picture_of_the_documentation(open_page, tool, tmp_path):
    tool.draw(open_page(), tmp_path / 'page.webp')
    drawn = np.asarray(Image.open(tmp_path / 'page.webp').convert('RGB'))
    assert drawn.std() > 20
    assert Image.open(ROOT / tool.PICTURE).width == tool.SIZE['width']


def test_no_browser(tool, monkeypatch):
    monkeypatch.setenv('PATH', '')
    with pytest.raises(UserError, match='no browser: none of chromium, '):
        tool.browser_path()
