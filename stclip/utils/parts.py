"""Results of a long job, kept piece by piece until all are there."""

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any, TextIO

from stclip.utils.disk_space import told_if_full
from stclip.utils.errors import UserError


class Parts:
    """JSON lines in a folder, written by any number of processes.

    Each process writes a file of its own, a line for each finished piece. A
    job that was killed, and one that goes on with other processes, finds
    what is done.

    Args:
        folder: Where the files go.
        request: Values that the results depend on.

    Raises:
        ValueError: If the folder holds results of another request.
    """

    def __init__(self, folder: str | Path, request: dict[str, Any]) -> None:
        self.folder = Path(folder)
        self.request = json.loads(json.dumps(request))
        self._file: TextIO | None = None
        self.read()  # refuses what does not belong here

    def read(self) -> dict[str, Any]:
        """Return the value of every finished piece by its name."""
        results: dict[str, Any] = {}
        for path in sorted(self.folder.glob('*.jsonl')):
            text = path.read_text(encoding='utf-8', errors='replace')
            lines = text.split('\n')
            # The last one is empty, or what a killed process began.
            for index, line in enumerate(lines[:-1]):
                keys = {'name', 'value'} if index else set()
                where = f'{path}, line {index + 1}'
                entry = self._entry(line, keys, where)
                if index:
                    results[entry['name']] = entry['value']
                elif entry != self.request:
                    raise UserError(
                        f'{path} holds results of another run: '
                        f'{self._differences(entry)}. Go on as that run '
                        f'began, or remove the folder {self.folder} to start '
                        'anew.'
                    )
        return results

    def _differences(self, other: dict[str, Any]) -> str:
        """What another request has that this one has not, and the reverse."""
        mine = self.request
        return ', '.join(
            f'its {name} is {other.get(name)!r}, now {mine.get(name)!r}'
            for name in {**other, **mine}
            if other.get(name) != mine.get(name)
        )

    def _entry(self, line: str, keys: set[str], where: str) -> dict[str, Any]:
        try:
            entry = json.loads(line)
        except ValueError:
            entry = None
        if not isinstance(entry, dict) or not keys <= set(entry):
            raise UserError(
                f'{where} is damaged. Remove the folder {self.folder} to '
                'start anew.'
            )
        return entry

    def add(self, name: str, value: Any) -> None:
        """Keep a finished piece.

        Args:
            name: Unique name of the piece.
            value: Anything ``json`` can encode.
        """
        with told_if_full(self.folder):
            if self._file is None:
                self.folder.mkdir(parents=True, exist_ok=True)
                handle, _ = tempfile.mkstemp(dir=self.folder, suffix='.jsonl')
                self._file = os.fdopen(handle, 'w', encoding='utf-8')
                self._write(self.request)
            self._write(dict(name=name, value=value))

    def _write(self, value: Any) -> None:
        self._file.write(json.dumps(value, allow_nan=False) + '\n')
        self._file.flush()

    def close(self) -> None:
        """Close the file of this process."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def remove(self) -> None:
        """Delete all files, once their content lies elsewhere."""
        self.close()
        shutil.rmtree(self.folder, ignore_errors=True)
