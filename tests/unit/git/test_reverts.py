"""What messages say about reverting."""

from __future__ import annotations

import pytest

from aea.git.reverts import parse_reverted_shas, parse_reverted_subject_key, parse_subject_key

SHA = "0123456789abcdef0123456789abcdef01234567"


def test_the_trailer_of_git_names_the_commit() -> None:
    message = f'Revert "Add tax"\n\nThis reverts commit {SHA}.\n'.encode()
    assert parse_reverted_shas(message) == (SHA,)
    assert parse_reverted_subject_key(message) == parse_subject_key(b"Add tax (#12)\n\nbody")


def test_several_and_shortened() -> None:
    message = b"Undo\n\nThis reverts commit 0123456 and\nThis reverts commit abcdef012.\n"
    assert parse_reverted_shas(message) == ("0123456", "abcdef012")
    assert parse_reverted_subject_key(message) is None


@pytest.mark.parametrize(
    "subject",
    [
        b'Revert "Add tax"',
        b"Revert: Add tax",
        b"revert: Add tax",
        b'Revert "Add tax" (#14)',
        b"revert(cart): Add tax",
    ],
)
def test_subjects_that_quote_another(subject: bytes) -> None:
    assert parse_reverted_subject_key(subject) == parse_subject_key(b"Add tax")


@pytest.mark.parametrize(
    "subject",
    [b"Add tax", b"Reverting is fun", b"Reapply the paint", b""],
)
def test_subjects_that_do_not(subject: bytes) -> None:
    assert parse_reverted_subject_key(subject) is None


@pytest.mark.parametrize(
    ("subject", "reverted"),
    [
        (b'Reapply "Add tax"', b'Revert "Add tax"'),
        (b'Revert "Revert "Add tax""', b'Revert "Add tax"'),
        (b'Revert "Revert "Add tax" (#8)" (#9)', b'Revert "Add tax" (#8)'),
        (b'Revert "Reapply "Add tax""', b'Reapply "Add tax"'),
        (b'Reapply "Reapply "Add tax"" (#9)', b'Revert "Reapply "Add tax""'),
    ],
)
def test_a_revert_of_a_revert_quotes_it(subject: bytes, reverted: bytes) -> None:
    assert parse_reverted_subject_key(subject) == parse_subject_key(reverted)


def test_no_subject_has_no_key() -> None:
    assert parse_subject_key(b"\n\nbody") is None
