"""Asking a forge: faults, limits, redirects, and where the token goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aea import clock
from aea.errors import AbsentError, ForgeError, RateLimitError, UsageError
from aea.forge import github
from aea.forge.client import Client
from aea.forge.token import Token
from tests.support.daemons import until
from tests.support.forge import PROJECT, Forge, Pull, cut, hang, redirect, serving, spent, status

if TYPE_CHECKING:
    from collections.abc import Iterator

SHA = "a" * 40
PULLS = github.pulls_path(PROJECT)


@pytest.fixture
def forge() -> Iterator[Forge]:
    with serving("github") as served:
        served.pulls = [Pull(number, SHA, updated=1000 + number) for number in (1, 2, 3)]
        yield served


@pytest.fixture
def client(forge: Forge) -> Iterator[Client]:
    made = Client(forge.api, Token("XSECRETX", "here"), {}, pause=0.001)
    yield made
    made.close()


def impatient(forge: Forge, seconds: float) -> Client:
    """A client that gives a silent forge up."""
    return Client(forge.api, Token("XSECRETX", "here"), {}, timeout=seconds, pause=0.001)


def numbers(client: Client) -> list[int]:
    """Of all pages."""
    found: list[int] = []
    path: str | None = PULLS
    while path:
        reply = client.get(path)
        found += [item["number"] for item in reply.body]
        path = reply.next_path
    return found


def test_pages_follow_one_another(client: Client, forge: Forge) -> None:
    assert numbers(client) == [3, 2, 1]
    assert len(forge.asked) == 2
    assert forge.tokens == {"Bearer XSECRETX"}


def test_what_did_not_change_is_not_sent_again(client: Client, forge: Forge) -> None:
    etag = client.get(PULLS).etag
    assert client.get(PULLS, etag).body is None
    forge.pulls.append(Pull(4, SHA, updated=3000))
    assert client.get(PULLS, etag).body[0]["number"] == 4


@pytest.mark.parametrize("how", [status(500), status(502), cut], ids=["500", "502", "cut"])
def test_a_passing_fault_is_tried_again(client: Client, forge: Forge, how: object) -> None:
    forge.fail("/pulls", how, times=2)
    assert numbers(client) == [3, 2, 1]


def test_silence_is_given_up_and_tried_again(forge: Forge) -> None:
    forge.fail("/pulls", hang, times=1)
    client = impatient(forge, 0.5)
    assert numbers(client) == [3, 2, 1]
    client.close()


@pytest.mark.parametrize("how", [status(500), cut, hang], ids=["500", "cut", "silent"])
def test_a_lasting_fault_is_told(client: Client, forge: Forge, how: object) -> None:
    forge.fail("/pulls", how, times=9)
    client = impatient(forge, 0.1) if how is hang else client
    with pytest.raises(ForgeError, match=r"request to .* failed") as told:
        client.get(PULLS)
    until(lambda: len(forge.asked) == 4)  # a busy forge hears of the last one late
    assert "XSECRETX" not in f"{told.value} {told.value.hint}"


def test_nobody_answers(client: Client, forge: Forge) -> None:
    deaf = Client("http://127.0.0.1:1", Token("XSECRETX", "here"), {}, pause=0.001)
    with pytest.raises(ForgeError, match=r"request to .* failed"):
        deaf.get(PULLS)


@pytest.mark.parametrize(
    ("how", "error", "text"),
    [
        (status(401), ForgeError, "rejects the token from here"),
        (status(403), ForgeError, "denies access"),
        (status(404), AbsentError, "not found on"),
        (status(422), AbsentError, "not found on"),
        (status(418), ForgeError, "HTTP status 418"),
    ],
    ids=["401", "403", "404", "422", "418"],
)
def test_a_refusal_is_told_at_once(
    client: Client, forge: Forge, how: object, error: type[Exception], text: str
) -> None:
    forge.fail("/pulls", how)
    with pytest.raises(error, match=text):
        client.get(PULLS)
    assert len(forge.asked) == 1


@pytest.mark.parametrize(
    "how",
    [spent, status(429, retry_after="900"), status(403, retry_after="900")],
    ids=["spent", "429", "403"],
)
def test_a_limit_ends_it_and_says_when_to_go_on(client: Client, forge: Forge, how: object) -> None:
    forge.fail("/pulls", how)
    with pytest.raises(RateLimitError) as told:
        client.get(PULLS)
    assert 800 < (told.value.resume_at - clock.now_ms()) / 1000 < 3100
    assert len(forge.asked) == 1


def test_a_short_limit_is_waited_for(client: Client, forge: Forge) -> None:
    forge.fail("/pulls", status(429, retry_after="0"), times=2)
    assert numbers(client) == [3, 2, 1]


def test_the_last_request_is_not_overdrawn(client: Client, forge: Forge) -> None:
    forge.left = 1
    client.get(PULLS)
    with pytest.raises(RateLimitError):
        client.get(PULLS)
    assert (len(forge.asked), client.rate_remaining) == (1, 0)


def test_a_redirect_on_the_same_host_is_followed(client: Client, forge: Forge) -> None:
    forge.fail("/pulls", redirect(f"/api/v3/repos/{PROJECT}/pulls?state=all"))
    assert [item["number"] for item in client.get(PULLS).body] == [3, 2]


def test_no_other_host_is_asked(client: Client, forge: Forge) -> None:
    with serving("github") as other:
        forge.fail("/pulls", redirect(f"{other.api}/repos/{PROJECT}/pulls"))
        with pytest.raises(ForgeError, match="not followed"):
            client.get(PULLS)
        link = f'<{other.api}/repos/{PROJECT}/pulls?page=2>; rel="next"'
        forge.fail("/pulls", lambda handler: handler.send(200, b"[]", {"Link": link}))
        with pytest.raises(ForgeError, match="not followed"):
            client.get(PULLS)
        assert other.asked == []


def test_a_circle_ends(client: Client, forge: Forge) -> None:
    forge.fail("/pulls", redirect(f"/api/v3{PULLS}"), times=99)
    with pytest.raises(ForgeError, match="redirects endlessly"):
        client.get(PULLS)
    assert len(forge.asked) == 5


def test_a_page_that_follows_itself(client: Client, forge: Forge) -> None:
    link = f'<{forge.api}{PULLS}>; rel="next"'
    forge.fail("/pulls", lambda handler: handler.send(200, b"[]", {"Link": link}))
    with pytest.raises(ForgeError, match="repeats the same page"):
        client.get(PULLS)


def test_an_answer_that_is_no_json(client: Client, forge: Forge) -> None:
    forge.fail("/pulls", lambda handler: handler.send(200, b"<html>"))
    with pytest.raises(ForgeError, match="did not return JSON"):
        client.get(PULLS)


@pytest.mark.parametrize(
    "address",
    [
        "http://github.example.org/api/v3",
        "ftp://localhost/",
        "https://user:word@example.org",
        "https://",
        "nonsense",
        "https://example.org:port/",
    ],
)
def test_an_address_must_be_safe(address: str) -> None:
    with pytest.raises(UsageError) as told:
        Client(address, Token("XSECRETX", "here"), {})
    assert "word" not in f"{told.value.message}{told.value.hint}"
