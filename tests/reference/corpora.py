"""What a folder of a corpus holds, read as its users read it."""

import json

import pyarrow.parquet as pq


def found_in(out):
    """What stands in the file of each video, but for how long it took."""
    found = {}
    for path in sorted(out.glob('videos/*/*')):
        value = json.loads(path.read_text())
        del value['corpus']['seconds']
        found[path.name] = value
    return found


def rows_of(out, table='summary'):
    """Rows of a table of all its shards."""
    return pq.read_table(out / table).to_pylist()


def times_of(out):
    """When the file of each video was written."""
    return {p.name: p.stat().st_mtime_ns for p in out.glob('videos/*/*')}
