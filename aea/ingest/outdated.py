"""A newer parser reads every source again: what the older one read from it is deleted first.

A merge keeps the greater tokens and the better copy, so a second reading alone would leave facts that the new
parser does not produce, or produces with less. All sources lose their facts before any is read, because copies in
several files share one row. The facts of a source that is gone, or that does not hold any more what was read from
it, are kept: nothing else has them.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from aea import paths
from aea.ingest.readers import registry
from aea.ingest.run import IngestRun
from aea.sources.registry import SOURCES
from aea.store.write import cursors

if TYPE_CHECKING:
    from aea.sources.base import Source
    from aea.store.engine.db import Connection
    from aea.store.write.cursors import Cursor


def forget_all(connection: Connection) -> int:
    """Delete the facts of every source that an older parser read. Returns the number of sources."""
    found = [cursor for source in SOURCES for cursor in _list_readable(connection, source)]
    if found:
        IngestRun(connection).forget_facts([cursor.source_id for cursor in found])
    return len(found)


def _list_readable(connection: Connection, source: Source) -> list[Cursor]:
    """The outdated cursors of a provider whose sources the next scan finds as they were."""
    outdated = cursors.list_outdated(connection, source.NAME, source.PARSER_VERSION)
    if not outdated:
        return []
    roots = source.roots(paths.home(), dict(os.environ))
    present = {paths.storable(found[0]) for root in roots for found in source.find_files(root)}
    holds = registry.reader_of(source).still_holds
    return [cursor for cursor in outdated if cursor.source_path in present and holds(cursor)]
