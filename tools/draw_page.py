"""Draw docs/page.webp: the page of ``stclip serve`` in a real browser.

    python tools/draw_page.py

Needs the extra `test` and a Chromium that is installed.
"""

import io
import shutil
import tempfile
import threading
from pathlib import Path

import click
from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from stclip.cli.command import Command, run
from stclip.utils.errors import UserError
from stclip.utils.io import atomic_write

PICTURE = Path('docs/page.webp')
BROWSERS = ('chromium', 'chromium-browser', 'google-chrome')
SIZE = dict(width=1180, height=1000)


def browser_path() -> str:
    """Where a Chromium lies."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        raise UserError(
            f'no browser: none of {", ".join(BROWSERS)} is installed'
        )
    return path


def draw(page: Page, picture: Path) -> None:
    """Ask for actions of the sample, click a moment, and keep the view."""
    page.click('#sample')
    page.wait_for_selector('#ask:enabled')
    page.click('#ask')
    page.wait_for_selector('#answer', state='visible')
    track = page.locator('.track[data-person="1"]')
    width = track.bounding_box()['width']
    track.click(position=dict(x=0.42 * width, y=9))
    page.wait_for_selector('#actions button')
    page.locator('#actions button', has_text='drink').click()
    expect(page.locator('#why')).to_contain_text('drink, person')
    for image in page.locator('#why img').all():
        expect(image).to_have_js_property('complete', True)
    expect(page.locator('#film')).to_have_js_property('seeking', False)
    view = Image.open(io.BytesIO(page.screenshot(full_page=True)))
    with atomic_write(picture, 'wb') as file:
        view.save(file, 'webp', quality=80)


@click.command('draw_page', cls=Command, help=__doc__)
def command() -> None:
    from stclip.page.app import Page as Served
    from stclip.page.limits import Limits
    from stclip.page.models import Models
    from stclip.page.server import bind, make_server

    browser = browser_path()
    taken = bind('127.0.0.1', 0)
    with tempfile.TemporaryDirectory() as parent:
        models = Models.indexed(['stage'])
        page = Served(models, Limits(), parent=Path(parent))
        server = make_server(page)
        thread = threading.Thread(target=server.run, args=([taken],))
        thread.start()
        try:
            with sync_playwright() as play:
                chromium = play.chromium.launch(
                    executable_path=browser, args=['--no-sandbox']
                )
                shown = chromium.new_page(viewport=SIZE)
                shown.goto(f'http://127.0.0.1:{taken.getsockname()[1]}')
                draw(shown, PICTURE)
                chromium.close()
        finally:
            server.should_exit = True
            thread.join()
    click.echo(PICTURE)


if __name__ == '__main__':
    run(command)
