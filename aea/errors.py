"""Expected errors: what happened, to which thing, what to type next."""

from __future__ import annotations


class AeaError(Exception):
    """An error the user can act on: printed as one line and a hint, exit code 1."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(AeaError):
    """The command was called wrongly; exit code 2."""

    exit_code = 2


class StoreError(AeaError):
    """The database cannot be used as it is."""


class DamagedError(StoreError):
    """The file is damaged, or no database at all."""


class NewerError(StoreError):
    """A newer aea wrote it: not to be touched."""


class BusyError(StoreError):
    """Another aea process holds the writer lock."""


class GitError(AeaError):
    """A repository cannot be read."""


class ForgeError(AeaError):
    """A forge cannot be asked, or its answer cannot be used."""


class AbsentError(ForgeError):
    """The forge has no such thing, or hides it."""


class RateLimitError(ForgeError):
    """The forge wants no more requests before `resume_at`, UTC milliseconds."""

    def __init__(self, place: str, resume_at: int) -> None:
        super().__init__(f"{place} wants no more requests now", "what came so far is stored")
        self.resume_at = resume_at
