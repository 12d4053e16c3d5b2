"""Commands of the documentation, run in the test's own process."""

import os
import runpy
import sys
from collections import defaultdict

import pytest
from page_blocks import PAGES, ROOT, Block, blocks, words_of

from stclip.cli.command import run
from stclip.cli.main import group

BLOCKS = [block for page in PAGES for block in blocks(page)]
#: Page and name of a run -> its blocks.
RUNS: dict[tuple[str, str], list[Block]] = defaultdict(list)
for _block in BLOCKS:
    if _block.mark == 'run':
        RUNS[_block.page, _block.told].append(_block)


def run_block(block: Block, code: int = 0) -> None:
    """Run ours, by its name or its tool; each ends with that exit code."""
    for line in block.commands:
        program, *words = words_of(os.path.expandvars(line))
        ended = 0
        try:
            if program == 'stclip':
                run(group, words, program)
            else:
                assert program == 'python', line
                _run_tool(words)
        except SystemExit as stop:
            ended = stop.code
        assert ended == code, line


def _run_tool(words: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, 'argv', words)
        runpy.run_path(str(ROOT / words[0]), run_name='__main__')
