"""Expected errors: what happened, to which thing, and what to do next."""

from __future__ import annotations


class AeaError(Exception):
    """An error that the user can act on. Printed as a message and a hint; exit code 1."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(AeaError):
    """The command line is invalid; exit code 2."""

    exit_code = 2


class StoreError(AeaError):
    """The database cannot be used."""


class DamagedError(StoreError):
    """The file is damaged, or is not a database."""


class NewerError(StoreError):
    """The database was written by a newer aea and is left alone."""


class BusyError(StoreError):
    """Another aea process holds the writer lock."""


class GitError(AeaError):
    """A repository cannot be read."""


class ForgeError(AeaError):
    """A forge cannot be reached, or its response cannot be used."""


class AbsentError(ForgeError):
    """The forge does not have the resource, or does not show it."""


class RateLimitError(ForgeError):
    """The forge accepts no more requests before `resume_at`, in UTC milliseconds."""

    def __init__(self, host: str, resume_at: int) -> None:
        super().__init__(
            f"the rate limit of {host} is reached", "what was received so far is stored"
        )
        self.resume_at = resume_at
