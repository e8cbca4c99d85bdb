"""The corpus: for each provider, cases of files as it writes them beside the records they mean.

    tests/corpus/<provider>/<case>/...          the files, named and placed as the provider does
    tests/corpus/<provider>/<case>/expected.json  their records

The case `contract` of each provider is one session with records of every kind. Its texts hold the words of SECRETS.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from aea.sources.registry import SOURCES

if TYPE_CHECKING:
    from aea.sources.base import Source

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
EXPECTED = "expected.json"
SECRETS = ("SECRETPROMPT", "SECRETANSWER", "SECRETOLD", "SECRETNEW")


def cases() -> list[Path]:
    """The folders of all cases."""
    return sorted(case for provider in CORPUS.iterdir() for case in provider.iterdir())


def inputs(case: Path) -> list[Path]:
    """The session files of a case."""
    return sorted(path for path in case.rglob("*") if path.is_file() and path.name != EXPECTED)


def files_of(source: Source) -> list[Path]:
    """All session files in the format of a source. Providers that share a parser share a corpus."""
    names = [other.NAME for other in SOURCES if other.parse is source.parse]
    return [path for case in cases() if case.parent.name in names for path in inputs(case)]


def contract_of(source: Source) -> Path:
    """The session file of the case `contract` for a source."""
    (path,) = (path for path in files_of(source) if "contract" in path.relative_to(CORPUS).parts)
    return path
