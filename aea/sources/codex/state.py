"""The state of the Codex parser between two lines. It is stored as JSON between two calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct, convert, field, to_builtins

from aea.keys import key64, owner_rank
from aea.sources.codex.edits import Edit  # noqa: TC001  # msgspec reads the annotation
from aea.sources.text import TextFeatures  # noqa: TC001  # the same

if TYPE_CHECKING:
    from aea.records import State


class Writer(NamedTuple):
    """The call that a code change belongs to."""

    call_key: int
    tool_name: str


class Call(Struct, gc=False):
    """A tool call that waits for its result, or for the event with the better diff."""

    call_key: int
    tool_name: str
    occurred_at: int
    edits: list[Edit] = []
    writer: Writer | None = None  # the call that started the writing, if it is another one
    is_script: bool = False
    needs_code: bool = False  # a program that writes by commands must print their exit codes
    exit_code: int | None = None  # from an event before the output
    spawned_agent_id: str | None = None
    is_finished: bool = False  # its output was read
    has_event: bool = field(default=False, name="is_told")  # a patch_apply_end named its changes
    accepted_at: int | None = None
    accepted_offset: int = 0


class HeldMessage(Struct, gc=False):
    """A message known from an event only. The response item with the same text may follow."""

    role: str
    ordinal: int
    message_key: int
    occurred_at: int
    offset: int
    features: TextFeatures


class Interruption(Struct, array_like=True, gc=False, frozen=True):
    """Where a person stopped a response. Its tokens stand only in the next total."""

    occurred_at: int
    model_name: str | None


class Totals(Struct, array_like=True, gc=False, frozen=True):
    """Cumulative tokens of a thread."""

    input: int = 0
    cached: int = 0
    cache_write: int = 0
    output: int = 0
    reasoning: int = 0
    total: int = 0

    def since(self, earlier: Totals) -> Totals:
        """The tokens added since `earlier`. If a total is smaller, the count started from 0 again."""
        if not self.holds(earlier):
            return self
        return Totals(
            self.input - earlier.input,
            max(0, self.cached - earlier.cached),
            max(0, self.cache_write - earlier.cache_write),
            self.output - earlier.output,
            max(0, self.reasoning - earlier.reasoning),
            max(0, self.total - earlier.total),
        )

    def holds(self, earlier: Totals) -> bool:
        """Whether these totals may be `earlier` with more responses."""
        return self.input >= earlier.input and self.output >= earlier.output

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
    """Everything that the next line depends on."""

    session_id: str = ""
    scope: str = ""  # root of the lineage: part of the keys that copies share
    is_named: bool = False  # a session_meta was read
    is_fork: bool = False
    is_subagent: bool = False
    is_program: bool = False  # a program started the session: nobody types into it
    parent_session_id: str | None = None
    client_version: str | None = None
    remote_url: str | None = None
    branch_name: str | None = None
    directory: str | None = None
    instant: int | None = None
    turn_id: str = ""
    model_name: str | None = None
    totals: Totals | None = None
    peak: Totals | None = None  # greater totals before these: these are a replay, or a new count
    is_compacted: bool = False  # since the last total
    interruption: Interruption | None = None  # since the last total
    web_search_count: int = 0
    position: int = 0
    item_counts: dict[str, int] = {}  # messages of this turn by role, from response items
    event_counts: dict[str, int] = {}  # the same from events
    message_counts: dict[str, int] = {}  # ordinals of emitted messages
    item_roles: list[str] = []  # roles whose messages this file has as response items
    held_message: HeldMessage | None = None
    calls: dict[str, Call] = {}
    running_calls: dict[str, Call] = {}  # by process: it started to write and has no exit code yet
    held_calls: list[str] = []  # finished and accepted; the next line may be their event
    settled_calls: list[str] = []  # calls of this turn whose changes were emitted or refused
    choices: dict[str, list[int]] = {}  # by call: hashes of the labels of a question to the person
    unnamed_count: int = 0  # calls without an id
    has_stopped_call: bool = False  # a call of this turn was aborted

    @property
    def has_person(self) -> bool:
        """Whether a person types the prompts of this session."""
        return not (self.is_subagent or self.is_program)

    @property
    def rank(self) -> int:
        """How strongly this session owns its records. A parent owns them more than its fork."""
        return owner_rank(1 if self.is_fork else 0, self.session_id)

    def key(self, kind: str, *parts: str | int) -> int:
        """The key of a record: the same in the parent and in every copy."""
        return key64("codex", kind, self.scope, self.turn_id, *parts)

    def begin_turn(self, turn_id: str) -> None:
        """Start the ordinals of a new turn. Announcing the same turn again changes nothing."""
        if turn_id == self.turn_id:
            return
        self.turn_id = turn_id
        self.item_counts, self.event_counts, self.message_counts = {}, {}, {}
        self.settled_calls = []
        self.unnamed_count = 0
        self.has_stopped_call = False


def load(state: State) -> Progress:
    """The progress stored in a state. The state itself is not changed."""
    return convert(state, Progress)


def dump(progress: Progress) -> State:
    """The state to store: JSON values only."""
    state: State = to_builtins(progress)
    return state
