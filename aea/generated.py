"""Recognize generated files by their path. They are attributed, but excluded from headline numbers."""

from __future__ import annotations

import re
from functools import cache

_LOCKS = (
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    "bun.lockb",
    "deno.lock",
    "composer.lock",
    "Gemfile.lock",
    "Cargo.lock",
    "poetry.lock",
    "uv.lock",
    "pdm.lock",
    "Pipfile.lock",
    "pixi.lock",
    "go.sum",
    "go.work.sum",
    "mix.lock",
    "pubspec.lock",
    "Podfile.lock",
    "Package.resolved",
    "gradle.lockfile",
    "packages.lock.json",
    "flake.lock",
    ".terraform.lock.hcl",
)
_NAMES = (
    "(?:^|/)(?:" + "|".join(map(re.escape, _LOCKS)) + ")$"
    r"|\.min\.(?:js|css|mjs)$|\.(?:js|css|mjs)\.map$"
    r"|\.pb(?:\.gw)?\.(?:go|cc|h)$|_pb2(?:_grpc)?\.pyi?$|\.pb\.(?:ts|dart|swift)$"
    r"|\.g\.(?:dart|cs)$|\.freezed\.dart$|\.designer\.cs$|(?:\.|_)generated\.[a-z]+$"
    r"|(?:^|/)zz_generated[^/]*\.go$|\.snap$"
    r"|(?:^|/)(?:node_modules|vendor|third_party|__snapshots__|__generated__)/"
)


def is_generated(path: str) -> bool:
    """Return True for a lock file, vendored code, a snapshot or the output of a code generator."""
    return _pattern().search(path) is not None


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(_NAMES, re.IGNORECASE)
