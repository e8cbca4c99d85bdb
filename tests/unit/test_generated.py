"""Which paths are a tool's."""

from __future__ import annotations

import pytest

from aea.generated import is_generated


@pytest.mark.parametrize(
    "path",
    [
        "package-lock.json",
        "web/yarn.lock",
        "Cargo.lock",
        "go.sum",
        "static/app.min.js",
        "api/user.pb.go",
        "api/user_pb2.py",
        "vendor/lib/a.go",
        "web/node_modules/x/index.js",
        "src/__snapshots__/a.test.js.snap",
    ],
)
def test_generated(path: str) -> None:
    assert is_generated(path)


@pytest.mark.parametrize(
    "path", ["src/lock.py", "package.json", "vendors.py", "minjs/app.js", "docs/go.summary.md"]
)
def test_written(path: str) -> None:
    assert not is_generated(path)
