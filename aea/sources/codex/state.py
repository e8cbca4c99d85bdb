"""What the Codex parser knows between two lines; it survives as JSON between two runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, convert, to_builtins

from aea.keys import key64, owner_rank
from aea.sources.codex.edits import Edit  # noqa: TC001  # msgspec reads the annotation

if TYPE_CHECKING:
    from aea.sources.base import State


class Call(Struct, gc=False):
    """A tool call that still waits for something: its result, or the event with the better diff."""

    call_key: int
    tool_name: str
    occurred_at: int
    edits: list[Edit] = []
    writer: tuple[int, str] | None = None  # key and tool of the call that began the writing
    is_script: bool = False
    needs_code: bool = False  # a program that writes by commands must show their exit code
    exit_code: int | None = None  # told by an event before the output
    spawned_agent_id: str | None = None
    is_finished: bool = False  # its result was seen
    is_told: bool = False  # a patch_apply_end named its changes
    accepted_at: int | None = None
    accepted_offset: int = 0


class HeldMessage(Struct, gc=False):
    """A message known from an event only: the response item of the same text may follow."""

    role: str
    ordinal: int
    message_key: int
    occurred_at: int
    offset: int
    features: tuple[int, bool, bool, int | None]


class Totals(Struct, array_like=True, gc=False, frozen=True):
    """Cumulative tokens of a thread."""

    input: int = 0
    cached: int = 0
    cache_write: int = 0
    output: int = 0
    reasoning: int = 0
    total: int = 0

    def since(self, earlier: Totals) -> Totals:
        """What was added; a total that fell means the count began anew."""
        if self.input < earlier.input or self.output < earlier.output:
            return self
        return Totals(
            self.input - earlier.input,
            max(0, self.cached - earlier.cached),
            max(0, self.cache_write - earlier.cache_write),
            self.output - earlier.output,
            max(0, self.reasoning - earlier.reasoning),
            max(0, self.total - earlier.total),
        )

    def plus(self, added: Totals) -> Totals:
        """These totals after one more response."""
        return Totals(
            self.input + added.input,
            self.cached + added.cached,
            self.cache_write + added.cache_write,
            self.output + added.output,
            self.reasoning + added.reasoning,
            self.total + added.total,
        )


class Progress(Struct, omit_defaults=True):
    """Everything that the meaning of the next line depends on."""

    session_id: str = ""
    scope: str = ""  # root of the lineage: names the facts that copies share
    is_named: bool = False  # a session_meta was read
    is_fork: bool = False
    is_subagent: bool = False
    parent_session_id: str | None = None
    client_version: str | None = None
    remote_url: str | None = None
    branch_name: str | None = None
    directory: str | None = None
    instant: int | None = None
    turn_id: str = ""
    model_name: str | None = None
    totals: Totals | None = None
    web_search_count: int = 0
    position: int = 0
    item_counts: dict[str, int] = {}  # messages of the turn by role, from response items
    event_counts: dict[str, int] = {}  # the same from events
    message_counts: dict[str, int] = {}  # ordinals already given out
    item_roles: list[str] = []  # roles that this file writes as response items
    held_message: HeldMessage | None = None
    calls: dict[str, Call] = {}
    running_calls: dict[
        str, Call
    ] = {}  # by process: began to write, the exit code is still to come
    held_calls: list[str] = []  # finished and accepted, waiting one line for the event
    settled_calls: list[str] = []  # calls of this turn whose changes were given out or refused
    unnamed_count: int = 0  # calls without an id

    @property
    def rank(self) -> int:
        """How strongly this session owns its records: a fork gives way to its parent."""
        return owner_rank(1 if self.is_fork else 0, self.session_id)

    def key(self, kind: str, *parts: str | int) -> int:
        """The key of a record: the same in the parent and in every copy."""
        return key64("codex", kind, self.scope, self.turn_id, *parts)

    def begin_turn(self, turn_id: str) -> None:
        """Ordinals count inside a turn; to announce the same turn again changes nothing."""
        if turn_id == self.turn_id:
            return
        self.turn_id = turn_id
        self.item_counts, self.event_counts, self.message_counts = {}, {}, {}
        self.settled_calls = []
        self.unnamed_count = 0


def load(state: State) -> Progress:
    """The progress a state stands for; the state itself is not changed."""
    return convert(state, Progress)


def dump(progress: Progress) -> State:
    """The state to be kept, of JSON values only."""
    state: State = to_builtins(progress)
    return state
