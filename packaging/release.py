"""Checks before a release: python packaging/release.py check v0.2.0, or notes v0.2.0 to print its changelog section."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_SECTION = re.compile(r"^## (?P<version>\S+)(?: - (?P<date>\d{4}-\d\d-\d\d))?$", re.MULTILINE)


def version() -> str:
    """The version of the package in this tree, read without importing it."""
    found = re.search(
        r'^__version__ = "(.+)"$', (ROOT / "aea/__init__.py").read_text(), re.MULTILINE
    )
    assert found
    return found[1]


def notes(changelog: str, wanted: str) -> str:
    """The body of the dated section of that version; ValueError if there is none."""
    sections = list(_SECTION.finditer(changelog))
    for at, section in enumerate(sections):
        if section["version"] == wanted and section["date"]:
            following = sections[at + 1].start() if at + 1 < len(sections) else len(changelog)
            return changelog[section.end() : following].strip() + "\n"
    raise ValueError(f"CHANGELOG.md has no dated section for {wanted}")


def check(changelog: str, tag: str) -> str:
    """The version the tag names; ValueError unless the package and the changelog agree with it."""
    if tag != f"v{version()}":
        raise ValueError(f"the tag is {tag}, but aea/__init__.py says {version()}")
    notes(changelog, version())
    return version()


def main(arguments: list[str]) -> int:
    """Exit with 1 and the reason when the tree is not the release that the tag names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", choices=["check", "notes"])
    parser.add_argument("tag", help="for example v0.2.0")
    options = parser.parse_args(arguments)
    changelog = (ROOT / "CHANGELOG.md").read_text()
    try:
        found = check(changelog, options.tag)
        said = notes(changelog, found) if options.action == "notes" else f"{found}\n"
    except ValueError as error:
        sys.stderr.write(f"Error: {error}\n")
        return 1
    sys.stdout.write(said)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
