"""The commit that a name means: a branch, a tag, an abbreviated sha, `HEAD~1`, `@{u}` and whatever else git takes."""

from __future__ import annotations

import re

from aea.git.command import attempt, failure

_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


def find_commit(directory: str, name: str) -> str | None:
    """Return the sha of one commit, or None if git finds none here. A name is never taken as an option.

    Raises GitError if git does not trust the repository.
    """
    if name.startswith(":/"):  # to the end it is a pattern for messages
        found = _verify(directory, name)
        return _verify(directory, f"{found}^{{commit}}") if found else None
    return _verify(directory, f"{name}^{{commit}}")


def _verify(directory: str, name: str) -> str | None:
    if name.startswith("-") or "\0" in name:
        return None
    words = ["rev-parse", "--quiet", "--verify", "--end-of-options", name]
    done = attempt(words, directory)
    if b"dubious ownership" in done.stderr:
        raise failure(done.stderr, directory)
    answer = done.stdout.decode("ascii", "replace").strip()
    return answer if _SHA.fullmatch(answer) else None
