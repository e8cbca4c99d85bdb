"""Extract task keys such as ABC-123 and #123 from branch names and commit messages. See docs/tasks.md."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

UNKNOWN = "(unknown)"
RULE_VERSION = 2  # a greater one reads the names of known branches and the known messages again
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
    # encodings, ciphers and hashes
    " ascii ansi cesu cp ebcdic eucjp euckr gost itf jis ksc sjis tis oem ibm blake chacha crc dsa ecdh ecdsa ed"
    " fnv kem murmur pbkdf pkcs ripemd salsa secp siphash uuid xxh"
    # standards, licences and lists of faults
    " adr agpl bcp bip busl capec cddl din ean eip epl erc etsi eui ghsa gmt icd iec isbn isrc itu lsb mil nist"
    " oauth odbc ora osc pci posix psr pysec rhsa rustsec snyk usn utc wcag xep xpg"
    # products, processors, protocols and formats
    " amd avx boeing centos chrome claude codex cuda ddr debian directx dos epyc fedora freebsd gemini glibc glm gtx"
    " hal haswell intel jpeg jre llama macos mingw mips mmx mpeg msys mvs mysql nt nvme opengl openjdk opus"
    " pcie pdp postgres powerpc rhel rs rtx smb snmp solaris sonnet sparc sse ssl svn tcp tops ubuntu udp usb vax"
    " vms websocket wpa xeon xp zen"
    # counters, grades and months
    " appendix attempt chapter chunk commit crit critical day draft error figure fig high item layer level line low"
    " main med medium milestone module mr note option part patch point pr priority round section slide snapshot"
    " stage table tier update warning wave week year jan feb mar apr may jun jul aug sep sept oct nov dec january"
    " february march april june july august september october november december"
)
# Ordinary words followed by a number in branch names, excluded in lower case only:
_WORDS = _words(
    "attempt batch book branch bump case chunk ci class claude codex copy day debian django draft drop"
    " eslint fedora file final foo go h idea img item jest job july june junit layer lesson level line log"
    " macos minor mod mode module netty next note nuxt opt option page pg point pool port pr mr preview"
    " proto q query rails redis round rs run scene seed series set shard slot spring stage swift tag tcp"
    " team temp term test tier tmp top try ubuntu udp unit update us view vite wave week wip work worker"
    " xcode year zone agent build fix feat hotfix key master sub trunk web"
)
# A project has two letters, or three and at most two digits: DHIS2 and LOG4J2, but not I7, TC28 or A102844A.
_PROJECT = r"[A-Z]{2}|[A-Z]{3,}(?:[0-9][A-Z]*){0,2}"
_UNIQUE_ID = r"[0-9A-F]{8}"
_UPPER = r"(?<![A-Za-z0-9_.-])([A-Z][A-Z0-9]{1,9})-([1-9][0-9]{0,6})(?![A-Za-z0-9]|\.[0-9])"
_IN_NAME = r"(?<![A-Za-z0-9])([A-Z][A-Z0-9]{1,9})[-_]([1-9][0-9]{0,6})(?![A-Za-z0-9]|[._][0-9])"
# What is before and after a key that the body states: an item of a list, a title, a line of its own, brackets, an address.
_STATED_BEFORE = r"(?:^|\n)[ \t]*(?:(?P<item>[*+-])[ \t]+)?[\[(]?$|[\[(]$|(?P<address>/browse/)$"
_STATED_AFTER = r"[ \t]*(?:[\]):]|\n|$)"
_IN_BRACKETS = r"^\[[A-Za-z]{2,10}-[1-9][0-9]{0,6}\]"  # in any case: [Annie-66]
_LOWER = r"([a-z]{2,6})-([1-9][0-9]{0,6})(?:[-_][A-Za-z].*)?"
_NUMBERED = r"#?([1-9][0-9]{0,6})(?P<words>[-_][A-Za-z].*)?"
_ISSUE = r"(?i)(?:(?:issues?|gh|ticket|bug)[-_]?#?|fix-(?=[0-9]{3,7}$)|(?:.*[^A-Za-z0-9])?#)([1-9][0-9]{0,6})(?:[-_].*)?"
_KINDS = _words(
    "bug bugfix build chore ci docs feat feature fix gh hotfix issue issues perf refactor story style task"
    " test ticket tickets"
)
_MACHINES = ("dependabot", "renovate", "gh-readonly-queue", "mergify", "snyk")
_TRAILER = (
    r"(?im)^[ \t*-]{0,6}(?:(?:related to )?(?:issue|ticket|task|jira)[ -]id|task|tasks|issue|issues|ticket|tickets|jira|story|refs?|references|fix(?:es|ed)?|bug"
    r"|clos(?:e|es|ed)|resolv(?:e|es|ed)|relate[sd][ -]to|part[ -]of|see|see[ -]also|implements|addresses)"
    r"(?:[ \t]*:[ \t]*|[ \t]+)(\S.*)$"
)
_LINKED = (
    r"(?i)\b(?:fix(?:e[sd])?|clos(?:e[sd]?)|resolv(?:e[sd]?)|refs|part of|addresses|implements):?[ \t]+(?:(?:issue|task|ticket|bug)s?[ \t]+)?"
    r"((?:#[1-9][0-9]{0,6}\b|[A-Z][A-Z0-9]{1,9}-[1-9][0-9]{0,6}\b)(?:(?:,|[ \t]and|[ \t]&)[ \t]*"
    r"(?:#[1-9][0-9]{0,6}\b|[A-Z][A-Z0-9]{1,9}-[1-9][0-9]{0,6}\b))*)"
)
_VALUE = r"(?:[\w.-]+/[\w.-]+)?#([1-9][0-9]{0,6})\b"
_ADDRESS = (
    r"https?://\S+?/(?:-/)?(?:issues|browse|work_items)/([A-Z][A-Z0-9]+-[0-9]+|[1-9][0-9]{0,6})\b"
)
_SUBJECT_NUMBER = r"(?<![\w/&])(?:GH-|#)([1-9][0-9]{0,6})\b"
_PULL = (
    r"(?i)(?:\(\s*[#!][0-9]+\s*\)\s*)+\.?$"
    r"|^(?:this )?closes #[0-9]+[.\s]*(?:$|- merged)"
    r"|\b(?:pull request|merge request|pr|mr)s?\s+[#!]?[0-9]+(?:(?:,|\s+and|\s*&)\s*[#!]?[0-9]+)*"
)
# A number that ends the subject without a word that links it is a pull request, as one in brackets: "Add tax #12".
_LAST_NUMBER = r"(?i)(?<=[\w)]) #[0-9]+\.?\s*$"
_LINK_BEFORE_LAST = (
    r"(?i)\b(?:fix(?:e[sd])?|clos(?:e[sd]?)|resolv(?:e[sd]?)|refs?|references|see|issues?|bugs?|tickets?|tasks?|for"
    r"|of|to|in|from|and|or|part of|addresse?s?|implements?)$"
)
# A pull request that a merge by hand closes, as at Apache: "Closes #12 from ada/fix", "This closes #12".
_PULL_CLOSED = r"(?im)#[0-9]+[ \t]+from[ \t]+[\w.-]+/\S+|^[ \t]*this closes #[0-9]+\.?[ \t]*$"
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

    For a merge, the name of the merged branch replaces the subject. A key such as ABC-12 in the subject is worth more
    than trailers with numbers only: these are issues or pull requests beside the tracker.
    """
    subject, _, body = message.decode("utf-8", "replace").partition("\n")
    trailers = list(dict.fromkeys(_trailer_keys(body, rules)))
    keys = [key] if merged_branch and (key := task_key(merged_branch, rules)) else []
    keys = keys or list(_subject_keys(subject, rules, is_merge=bool(merged_branch)))
    if trailers and not (_are_numbers(trailers) and not _are_numbers(keys)):
        return tuple(Mention(key, "trailer") for key in trailers)
    keys = keys or list(_matched(rules, body) if rules.patterns else _stated_keys(body))
    return tuple(Mention(key, "message") for key in dict.fromkeys(keys))


def _are_numbers(keys: list[str]) -> bool:
    return all(key.startswith("#") for key in keys)


def _matched(rules: Rules, text: str) -> Iterator[str]:
    for pattern in rules.patterns:
        for found in pattern.finditer(text):
            key = found[1] if pattern.groups else found[0]
            if key:
                yield key


def _key(project: str, number: str) -> str | None:
    if project in ("GH", "ISSUE"):
        return f"#{number}"
    return f"{project}-{number}" if _is_project(project) else None


def _is_project(name: str) -> bool:
    letters = re.split("[0-9]", name, maxsplit=1)[0]
    if letters.lower() in _STANDARDS or re.fullmatch(_UNIQUE_ID, name):
        return False
    return re.fullmatch(_PROJECT, name) is not None


def _stated_keys(body: str) -> Iterator[str]:
    """Yield the keys that a body states. One within a sentence is a product, a standard or another task."""
    for found in re.finditer(_UPPER, body):
        before = re.search(_STATED_BEFORE, body[: found.start()])
        is_open = before and (before["item"] or before["address"])
        is_stated = is_open or (before and re.match(_STATED_AFTER, body[found.end() :]))
        if is_stated and (key := _key(*found.groups())):
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
        value = re.sub(_PULL_CLOSED, "", found[1])
        yield from _matched(rules, found[1]) if rules.patterns else _stated(value)
    if not rules.patterns:
        for found in re.finditer(_LINKED, re.sub(_PULL_CLOSED, "", body)):
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
    found = re.fullmatch(_UPPER, word.strip("[]()#"))
    return _key(*found.groups()) if found else None


def _without_pulls(subject: str) -> str:
    words = re.sub(_PULL, "", re.sub(_IN_BRACKETS, lambda found: found[0].upper(), subject))
    last = re.search(_LAST_NUMBER, words)
    if last and not re.search(_LINK_BEFORE_LAST, words[: last.start()]):
        return words[: last.start()]
    return words


def _subject_keys(subject: str, rules: Rules, *, is_merge: bool) -> Iterator[str]:
    if is_merge:
        return
    if rules.patterns:
        yield from _matched(rules, subject)
        return
    words = _without_pulls(subject)
    found = [(m.start(), _key(*m.groups())) for m in re.finditer(_UPPER, words)]
    if not re.match(_AUTOMATIC, words):
        found += [(m.start(), f"#{m[1]}") for m in re.finditer(_SUBJECT_NUMBER, words)]
    yield from (key for _, key in sorted(found, key=lambda pair: pair[0]) if key)
