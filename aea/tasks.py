"""Extract task keys such as ABC-123 and #123 from branch names and commit messages. See docs/tasks.md."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

UNKNOWN = "(unknown)"
INTEGRATION = ("main", "master", "trunk", "develop", "development", "dev", "staging")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Patterns are compiled on first use, because a report that finds nothing new does not need them.
# Standards, versions and counters look like keys but are not, even in upper case:
_STANDARDS = _words(
    "aes alpha apache arm base beta bsd cc covid cp cve cwe ecma es fips fy gb gpl gpt hmac html http ie ieee"
    " ip ipv iso java jdk jep jsr koi latin lgpl lts md mp mpl node npm openssl part pep perl phase php"
    " python react rc release rev revision rfc rsa ruby rust sha sprint step tls ucs utf v ver version vol vt"
    " vue win windows x"
)
# Ordinary words followed by a number in branch names, excluded in lower case only:
_WORDS = _words(
    "attempt batch book branch bump case chunk ci class claude codex copy day debian django draft drop"
    " eslint fedora file final foo go h idea img item jest job july june junit layer lesson level line log"
    " macos minor mod mode module netty next note nuxt opt option page pg point pool port pr mr preview"
    " proto q query rails redis round rs run scene seed series set shard slot spring stage swift tag tcp"
    " team temp term test tier tmp top try ubuntu udp unit update us view vite wave week wip work worker"
    " xcode year zone agent build fix feat hotfix key web"
)
_UPPER = r"(?<![A-Za-z0-9_.-])([A-Z][A-Z0-9]{1,9})-([1-9][0-9]{0,6})(?![A-Za-z0-9]|\.[0-9])"
_IN_NAME = r"(?<![A-Za-z0-9])([A-Z][A-Z0-9]{1,9})[-_]([1-9][0-9]{0,6})(?![A-Za-z0-9]|\.[0-9])"
_LOWER = r"([a-z]{2,6})-([1-9][0-9]{0,6})(?:[-_][A-Za-z].*)?"
_NUMBERED = r"#?([1-9][0-9]{0,6})(?P<words>[-_][A-Za-z].*)?"
_ISSUE = r"(?i)(?:(?:issue|issues|gh|ticket|bug)[-_]#?|#)([1-9][0-9]{0,6})(?:[-_].*)?"
_KINDS = _words(
    "bug bugfix build chore ci docs feat feature fix gh hotfix issue issues perf refactor story style task"
    " test ticket tickets"
)
_MACHINES = ("dependabot", "renovate", "gh-readonly-queue", "mergify", "snyk")
_TRAILER = (
    r"(?im)^[ \t*-]{0,6}(?:task|tasks|issue|issues|ticket|tickets|jira|story|refs?|references|fix(?:es|ed)?|bug"
    r"|clos(?:e|es|ed)|resolv(?:e|es|ed)|relate[sd][ -]to|part[ -]of|see|see[ -]also|implements|addresses)"
    r"(?:[ \t]*:[ \t]*|[ \t]+)(\S.*)$"
)
_LINKED = (
    r"(?i)\b(?:fix(?:e[sd])?|clos(?:e[sd]?)|resolv(?:e[sd]?)|refs|issue|part of|task|ticket):?[ \t]+"
    r"((?:#[1-9][0-9]{0,6}\b|[A-Z][A-Z0-9]{1,9}-[1-9][0-9]{0,6}\b)(?:(?:,|[ \t]and|[ \t]&)[ \t]*"
    r"(?:#[1-9][0-9]{0,6}\b|[A-Z][A-Z0-9]{1,9}-[1-9][0-9]{0,6}\b))*)"
)
_VALUE = r"(?:[\w.-]+/[\w.-]+)?#([1-9][0-9]{0,6})\b"
_ADDRESS = (
    r"https?://\S+?/(?:-/)?(?:issues|browse|work_items)/([A-Z][A-Z0-9]+-[0-9]+|[1-9][0-9]{0,6})\b"
)
_SUBJECT_NUMBER = r"(?<![\w/&])(?:GH-|#)([1-9][0-9]{0,6})\b"
_PULL = r"(?i)\(\s*[#!][0-9]+\s*\)\s*$|\b(?:pull request|merge request|pr|mr)\s+[#!]?[0-9]+"
_AUTOMATIC = r"(?i)(?:merge\b|merged\b|revert\b|reapply\b|pull request #)"


class Rules(NamedTuple):
    """The user's patterns for one repository. Without patterns the built-in rules apply."""

    patterns: tuple[re.Pattern[str], ...] = ()


BUILT_IN = Rules()


class Mention(NamedTuple):
    """A task named in a commit message."""

    task_key: str
    evidence: str  # trailer, message


def compile_rules(patterns: Iterable[str]) -> tuple[Rules, list[str]]:
    """Compile regular expressions with at most one group. Returns the rules and a list of errors."""
    valid, faults = [], []
    for number, pattern in enumerate(patterns, 1):
        try:
            compiled = re.compile(pattern)
        except re.error as error:
            faults.append(f"pattern {number} is not a valid regular expression: {error.msg}")
            continue
        if compiled.groups > 1:
            faults.append(f"pattern {number} has {compiled.groups} groups; at most one is allowed")
        elif compiled.fullmatch(""):
            faults.append(f"pattern {number} matches the empty string")
        else:
            valid.append(compiled)
    return Rules(tuple(valid)), faults


def is_integration(branch_name: str, mainline: str | None = None) -> bool:
    """Return True for a branch that collects the work of many tasks, such as main or release/1.2."""
    return branch_name in (*INTEGRATION, mainline) or branch_name.startswith("release/")


def task_key(branch_name: str, rules: Rules = BUILT_IN) -> str | None:
    """Return the task key in a branch name, or None."""
    if rules.patterns:
        return next(_matched(rules, branch_name), None)
    if branch_name.startswith(_MACHINES) or is_integration(branch_name):
        return None
    keys = (_key(*found.groups()) for found in re.finditer(_IN_NAME, branch_name))
    first = next((key for key in keys if key), None)
    return first or _lower_key(branch_name) or _number(branch_name)


def find_mentions(
    message: bytes, rules: Rules = BUILT_IN, merged_branch: str | None = None
) -> tuple[Mention, ...]:
    """Return the tasks named in a commit message: in its trailers, else its subject, else its body.

    For a merge, the name of the merged branch replaces the subject.
    """
    subject, _, body = message.decode("utf-8", "replace").partition("\n")
    trailers = list(dict.fromkeys(_trailer_keys(body, rules)))
    if trailers:
        return tuple(Mention(key, "trailer") for key in trailers)
    keys = [key] if merged_branch and (key := task_key(merged_branch, rules)) else []
    keys = keys or list(_subject_keys(subject, rules, is_merge=bool(merged_branch)))
    keys = keys or list(_matched(rules, body) if rules.patterns else _upper_keys(body))
    return tuple(Mention(key, "message") for key in dict.fromkeys(keys))


def _matched(rules: Rules, text: str) -> Iterator[str]:
    for pattern in rules.patterns:
        for found in pattern.finditer(text):
            key = found[1] if pattern.groups else found[0]
            if key:
                yield key


def _key(project: str, number: str) -> str | None:
    if project == "GH":
        return f"#{number}"
    return None if project.lower() in _STANDARDS else f"{project}-{number}"


def _upper_keys(text: str) -> Iterator[str]:
    for found in re.finditer(_UPPER, text):
        if key := _key(*found.groups()):
            yield key


def _lower_key(branch_name: str) -> str | None:
    """Match `abc-123-fix`: 2 to 6 letters and a number at the start of a segment, with or without words."""
    for segment in branch_name.split("/"):
        found = re.fullmatch(_LOWER, segment)
        if found and found[1] not in _STANDARDS | _WORDS | _KINDS:
            return f"{found[1].upper()}-{found[2]}"
    return None


def _number(branch_name: str) -> str | None:
    """Match `123-add-login`, `issue-123` and `feat/123`. A bare number needs a word before or after it."""
    segments = branch_name.split("/")
    for place, segment in enumerate(segments):
        is_kind = place > 0 and segments[place - 1].lower() in _KINDS
        found = re.fullmatch(_NUMBERED, segment)
        issue = re.fullmatch(_ISSUE, segment)
        if issue or (found and (found["words"] or is_kind)):
            return f"#{(issue or found)[1]}"  # type: ignore[index]
    return None


def _trailer_keys(body: str, rules: Rules) -> Iterator[str]:
    for found in re.finditer(_TRAILER, body):
        yield from _matched(rules, found[1]) if rules.patterns else _stated(found[1])
    if not rules.patterns:
        for found in re.finditer(_LINKED, body):
            yield from _stated(found[1])


def _stated(value: str) -> Iterator[str]:
    """Yield the keys at the start of a trailer's value. Any other word ends the list."""
    for word in re.split(r"[\s,;]+", value):
        key = _stated_key(word.rstrip("."))
        if key is None and word.lower() not in ("and", "&", "issue", "issues", "task"):
            return
        if key:
            yield key


def _stated_key(word: str) -> str | None:
    if found := re.fullmatch(_VALUE, word):
        return f"#{found[1]}"
    if found := re.fullmatch(_ADDRESS, word):
        return found[1] if "-" in found[1] else f"#{found[1]}"
    found = re.fullmatch(_UPPER, word.strip("[]()"))
    return _key(*found.groups()) if found else None


def _subject_keys(subject: str, rules: Rules, *, is_merge: bool) -> Iterator[str]:
    if is_merge:
        return
    if rules.patterns:
        yield from _matched(rules, subject)
        return
    words = re.sub(_PULL, "", subject)
    found = [(m.start(), _key(*m.groups())) for m in re.finditer(_UPPER, words)]
    if not re.match(_AUTOMATIC, words):
        found += [(m.start(), f"#{m[1]}") for m in re.finditer(_SUBJECT_NUMBER, words)]
    yield from (key for _, key in sorted(found, key=lambda pair: pair[0]) if key)
