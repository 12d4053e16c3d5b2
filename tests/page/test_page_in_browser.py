"""The page in a real browser, against the Python interface."""

import os
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright
from served_page import until

from stclip.apis.kept_features import KeptFeatures
from stclip.page.sample import SAMPLE_LABELS
from stclip.video.opening import open_video

OTHERS = ('wave', 'crouch', 'read a book')
SCRIPT = '<img src=x onerror="document.title=1">'


@pytest.fixture(scope='module')
def chromium():
    names = ('chromium', 'chromium-browser', 'google-chrome')
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        none = f'no browser: none of {", ".join(names)} is installed'
        (pytest.fail if os.environ.get('STCLIP_SHARED') else pytest.skip)(none)
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
    until(lambda: not list(folder.glob('*/upload')))
    assert faults == []


@pytest.fixture
def clip(sample, tmp_path):
    """The sample, as somebody else's video."""
    return Path(shutil.copy(sample, tmp_path / 'my clip.mp4'))


def upload(page, path):
    page.set_input_files('#file', path)
    expect(page.locator('#facts')).to_contain_text(' frames')


def ask(page, labels, version=None):
    page.fill('#labels', ', '.join(labels))
    before = page.locator('#told').inner_text()
    page.click('#ask')
    expect(page.locator('#answer')).to_be_visible()
    expect(page.locator('#told')).not_to_have_text(before or 'nothing')
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


def test_the_whole_way(open_page, infer, clip, tmp_path):
    page = open_page()
    expect(page.locator('#ask')).to_be_disabled()
    upload(page, clip)
    expect(page.locator('#facts')).to_have_text(
        'my_clip.mp4: 160 x 120, 40 frames, 5.0 s'
    )
    ask(page, SAMPLE_LABELS)
    result = truth(infer, clip, SAMPLE_LABELS)

    # What cannot be trusted: small weights on a video of the user's own.
    assert result.warnings
    expect(page.locator('#trust li')).to_have_text(
        [*result.banners, *result.warnings]
    )

    # A row a person, a bar a segment.
    tracks = [f'#{track.track_id}' for track in result.tracks]
    assert len(tracks) == 2
    expect(page.locator('#timeline .who')).to_have_text(tracks)
    bars = sorted(segment.label for segment in result.segments)
    assert sorted(page.locator('.span').all_inner_texts()) == bars

    # The film plays, with the boxes of the keyframe over it.
    page.wait_for_function(
        'film => film.readyState >= 2 && film.videoWidth === 160 '
        '&& Math.abs(film.duration - 5) < 0.1',
        arg=page.query_selector('#film'),
    )
    frames = list(result.frames)
    expect(page.locator('#tags .tag')).to_have_text(
        list(tags_of(frames[0], result))
    )
    box = page.locator('#boxes rect').first
    assert float(box.get_attribute('x')) * 160 == pytest.approx(
        float(frames[0].boxes_xyxy[0, 0]), abs=0.01
    )

    # A moment of the second person, and why.
    track = page.locator('.track[data-person="2"]')
    width = track.bounding_box()['width']
    track.click(position=dict(x=width * 0.42, y=9))
    frame = frames[4]
    expect(page.locator('#moment-head')).to_contain_text(
        f'Person #2 at {frame.time_sec:.2f} s (frame 16)'
    )
    page.wait_for_function(
        '([film, time]) => Math.abs(film.currentTime - time) < 0.01',
        arg=[page.query_selector('#film'), frame.time_sec],
    )
    probs = frame.action_probs[frame.track_ids.tolist().index(2)]
    first = page.locator('#actions li').first
    expect(first).to_have_text(f'talk on phone{probs.max():.2f}')
    expect(page.locator('#tags .tag')).to_have_text(
        list(tags_of(frame, result))
    )
    pictures = page.locator('#why img')
    expect(pictures).to_have_count(2)
    page.wait_for_function(
        'pictures => pictures.every(p => p.naturalWidth === 336)',
        arg=[
            pictures.nth(0).element_handle(),
            pictures.nth(1).element_handle(),
        ],
    )
    expect(page.locator('#why')).to_contain_text('does not depend on it')
    before = pictures.first.get_attribute('src')
    page.locator('#actions button', has_text='sit').click()
    expect(page.locator('#why')).to_contain_text('sit, person: the patches')
    assert pictures.first.get_attribute('src') != before

    assert_downloads(page, result, tmp_path)
    with page.expect_download() as loaded:
        page.click('.draw')
    assert open_video(_mp4(loaded, tmp_path)).num_frames == 40


def _mp4(loaded, folder):
    path = folder / 'drawn.mp4'
    loaded.value.save_as(path)
    return path


def test_other_labels(open_page, infer, clip, tmp_path, monkeypatch):
    page = open_page()
    upload(page, clip)
    ask(page, SAMPLE_LABELS)
    result = truth(infer, clip, OTHERS)
    # From here on nobody can look at a video.
    monkeypatch.setattr(infer, 'stream', None)
    ask(page, OTHERS)
    assert_downloads(page, result, tmp_path)
    expect(page.locator('#moment')).to_be_hidden()
    # Words of others are words, whatever they look like.
    ask(page, (SCRIPT.replace('"', "'"), 'sit'))
    assert page.locator('#legend img, .tag img').count() == 0
    assert 'Who' in page.inner_text('h1') and page.title() != '1'


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
    assert len(list(folder.glob('*/upload/my_clip.mp4'))) == 1
    page.close()
    until(lambda: len(site.page.visitors._here) == 1)
    gate.open()
    until(lambda: not list(folder.glob('*/upload')))
    upload(other, clip)  # the next one is served


def test_stopping(open_page, gate, clip):
    page = open_page()
    upload(page, clip)
    gate.close()
    page.fill('#labels', 'walk, sit')
    page.click('#ask')
    assert gate.reached.wait(30)
    page.click('#stop')
    gate.open()
    expect(page.locator('#error')).to_have_text('stopped')
    ask(page, ('walk', 'sit'))
    expect(page.locator('#error')).to_be_hidden()


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
