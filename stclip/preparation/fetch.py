"""Data of object storage and of tar shards, laid out on this machine's disk.

Samples are read by their number and videos here and there, so data lie in
files while a model trains. What is there already is not fetched again.
"""

import shutil
import tarfile
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from glob import has_magic
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from tqdm import tqdm

from stclip.utils.downloads import without_user
from stclip.utils.errors import MissingFileError, UserError
from stclip.utils.io import atomic_write, read_json, write_json
from stclip.utils.outputs import own_folder
from stclip.video.addresses import scheme_of
from stclip.video.stores import require_readable, store_of, told

#: Which shards have been unpacked, with their sizes.
RECORD = 'fetched.json'
_SHARDS = ('.tar', '.tar.gz', '.tgz')
_BLOCK = 2**20


@dataclass(frozen=True)
class Fetch:
    """What is fetched, and where to.

    Args:
        source: Address of a folder, of a file, or a pattern, of a kind that
            fsspec reads.
        folder: Gets the files by their place below the source, and what is
            in shards by its place there.
        workers: Files that are fetched at a time, >= 1.
    """

    source: str
    folder: Path
    workers: int

    def run(self) -> None:
        """Fetch what is not there yet, and say how much that was.

        Raises:
            MissingFileError: If the source holds no file.
            UserError: If it cannot be read, a file of another size is in the
                way, or a shard would write outside the folder.
        """
        require_readable(scheme_of(self.source) or 'file')
        with told(self.source):
            files, inner = store_of(self.source)
            sizes = _sizes(files, inner)
        if not sizes:
            raise MissingFileError(
                f'{without_user(self.source)} holds no file; give the address '
                'of the folder that holds them, or a pattern in quotes'
            )
        with own_folder(self.folder, 'FOLDER'):
            self._fetch(files, sizes, _places(inner, sizes))

    def _fetch(
        self, files: Any, sizes: Mapping[str, int], places: Mapping[str, str]
    ) -> None:
        record = self.folder / RECORD
        done = read_json(record) if record.is_file() else {}
        missing = [
            name
            for name, place in places.items()
            if not self._is_there(place, sizes[name], done)
        ]
        bar = tqdm(
            total=sum(sizes[name] for name in missing),
            desc=f'{len(missing)} of {len(sizes)} files',
            unit='B',
            unit_scale=True,
        )
        with bar, ThreadPoolExecutor(self.workers) as pool:
            jobs = {
                pool.submit(self._one, files, name, places[name]): name
                for name in missing
            }
            try:
                for job in as_completed(jobs):
                    name = jobs[job]
                    with told(files.unstrip_protocol(name)):
                        job.result()
                    bar.update(sizes[name])
                    if name.endswith(_SHARDS):
                        done[places[name]] = sizes[name]
                        write_json(record, done, indent=2)
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise

    def _is_there(
        self, place: str, size: int, done: Mapping[str, int]
    ) -> bool:
        """Whether an object has been fetched.

        Raises:
            UserError: If another file is in its place.
        """
        if place.endswith(_SHARDS):
            return done.get(place) == size
        return _is_file_of(self.folder / place, size)

    def _one(self, files: Any, name: str, place: str) -> None:
        """Copy a file, or unpack a shard."""
        with files.open(name, 'rb') as source:
            if not name.endswith(_SHARDS):
                _write(source, self.folder / place)
                return
            with tarfile.open(fileobj=source, mode='r|*') as shard:
                for member, content in _members(shard, self.folder):
                    target = self.folder / member.name
                    if not _is_file_of(target, member.size):
                        _write(content, target)


def _sizes(files: Any, inner: str) -> dict[str, int]:
    """Files that a name in a store stands for, with their bytes."""
    if has_magic(inner) and not files.exists(inner):
        found = files.glob(inner, detail=True)
    else:
        found = files.find(inner, detail=True)
    return {
        name: info['size']
        for name, info in sorted(found.items())
        if info['type'] == 'file'
    }


def _places(inner: str, names: Collection[str]) -> dict[str, str]:
    """Where files of a source lie below its folder, by their names."""
    folder = PurePosixPath(inner)
    while inner in names or has_magic(str(folder)):
        folder, inner = folder.parent, ''
    return {
        name: str(PurePosixPath(name).relative_to(folder)) for name in names
    }


def _members(
    shard: tarfile.TarFile, folder: Path
) -> Iterator[tuple[tarfile.TarInfo, BinaryIO]]:
    """Files of a shard, in their order.

    Raises:
        UserError: If one is no plain file below the folder.
    """
    for member in shard:
        if member.isdir():
            continue
        try:
            safe = tarfile.data_filter(member, str(folder))
        except tarfile.FilterError as error:
            raise UserError(f'{member.name} is left out: {error}') from error
        content = shard.extractfile(member) if member.isreg() else None
        if content is None:
            raise UserError(
                f'{member.name} is no plain file; pack files, not links'
            )
        yield safe, content


def _is_file_of(path: Path, size: int) -> bool:
    """Whether a file of a size is there.

    Raises:
        UserError: If something else is.
    """
    if not path.exists():
        return False
    if not path.is_file() or path.stat().st_size != size:
        raise UserError(
            f'{path} is there and is not what would be fetched ({size} '
            'bytes); remove it, or give another folder'
        )
    return True


def _write(source: BinaryIO, target: Path) -> None:
    with atomic_write(target, 'wb') as file:
        shutil.copyfileobj(source, file, _BLOCK)
