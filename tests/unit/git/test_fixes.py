"""Whether a message says that it mends a bug."""

from __future__ import annotations

import pytest

from aea.git.fixes import parse_fix_evidence


@pytest.mark.parametrize(
    ("message", "wanted"),
    [
        ("fix: round the tax", "conventional"),
        ("fix(api)!: round the tax", "conventional"),
        ("hotfix: do not crash", "conventional"),
        ("Round the tax\n\nFixes #12\n", "issue"),
        ("Round the tax\n\nFixes: ABC-12\n", "issue"),
        ("feat: round the tax\n\nfixes acme/shop#7", "issue"),
        ("Fix rounding of the tax", "subject"),
        ("Repair a regression of the cart", "subject"),
        ("Fix typo in the cart", "body"),
        ("docs: fix a sentence", "body"),
        ("Round the tax\n\nIt was broken.", "body"),
        ("Round the tax", None),
        ("Prefix the names", None),
        ('Revert "fix: round the tax"', None),
        ("Take it out\n\nThis reverts commit 0123456789abcdef, fix", None),
        ("", None),
    ],
)
def test_where_a_message_says_it(message: str, wanted: str | None) -> None:
    assert parse_fix_evidence(message.encode()) == wanted
