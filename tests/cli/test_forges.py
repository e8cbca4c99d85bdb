"""`aea github` and `aea gitlab` as a person types them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.forge import Forge, serving, status
from tests.support.shop import Shop, make_shop

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
_KEYRING = """
import json, os
PLACE = os.path.join(os.environ["HOME"], "safe")
class Backend:
    priority = float(os.environ.get("KEYRING_PRIORITY", "5"))
def get_keyring():
    return Backend()
def _all():
    return json.load(open(PLACE)) if os.path.exists(PLACE) else {}
def get_password(service, name):
    return _all().get(name)
def set_password(service, name, value):
    json.dump(_all() | {name: value}, open(PLACE, "w"))
def delete_password(service, name):
    json.dump({k: v for k, v in _all().items() if k != name}, open(PLACE, "w"))
"""


def aea(
    *arguments: str, text: str = "", paths: str = "", **extra: str
) -> subprocess.CompletedProcess[str]:
    """Run one command; no token and no keyring but those given."""
    kept = {name: value for name, value in os.environ.items() if not name.endswith("_TOKEN")}
    return subprocess.run(
        [sys.executable, "-m", "aea", *arguments],
        env=kept | {"PYTHONPATH": f"{paths}{ROOT}"} | extra,
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(params=["github", "gitlab"])
def forge(request: pytest.FixtureRequest) -> Iterator[Forge]:
    with serving(request.param) as served:
        yield served


@pytest.fixture
def shop(forge: Forge, home: Path) -> Shop:
    made = make_shop(home, forge)
    assert aea("ingest", str(made.repo.directory)).returncode == 0
    return made


def test_nothing_is_sent_before_a_token_is_given_and_sync_is_called(
    shop: Shop, forge: Forge
) -> None:
    address = {name: value for name, value in forge.environment().items() if "API" in name}
    none = aea(forge.kind, "sync", **address)
    assert none.returncode == 1
    assert "no token for 127.0.0.1, so no request was sent" in none.stderr
    shown = aea(forge.kind, "status", **address)
    assert (shown.returncode, "no token" in shown.stdout) == (0, True)
    for command in (("stats",), ("ingest",), (forge.kind, "status"), ("doctor",)):
        aea(*command, **forge.environment())
    assert forge.asked == []


def test_sync_and_what_status_says_of_it(shop: Shop, forge: Forge) -> None:
    forge.left = 500
    done = aea(forge.kind, "sync", **forge.environment())
    assert (done.returncode, done.stderr) == (0, "")
    assert (
        f"{forge.key}: 5 pull requests and 0 bugs new or changed, 2 commits looked up"
        in done.stdout
    )
    shown = json.loads(aea(forge.kind, "status", "--json", **forge.environment()).stdout)
    assert shown["hosts"] == [
        {"host": "127.0.0.1", "token_origin": f"AEA_{forge.kind.upper()}_TOKEN"}
    ]
    (row,) = shown["repositories"]
    assert (row["sync_status"], row["pull_request_count"]) == ("complete", 5)
    assert (row["eligible_commit_count"], row["looked_up_commit_count"]) == (3, 2)
    assert row["lookup_coverage"] == pytest.approx(2 / 3)
    assert row["rate_remaining"] < 500
    text = aea(forge.kind, "status", **forge.environment()).stdout
    assert "2 / 3" in text
    assert aea("check").returncode == 0
    assert "XSECRETX" not in text + done.stdout + json.dumps(shown)


def test_a_limit_says_when_to_go_on(shop: Shop, forge: Forge) -> None:
    forge.left = 2
    done = aea(forge.kind, "sync", **forge.environment())
    assert done.returncode == 1
    assert "rate limit of" in done.stderr
    assert "Try: again after 20" in done.stderr
    assert "sync again after 20" in aea(forge.kind, "status", **forge.environment()).stdout


def test_a_wrong_token_is_refused_and_not_shown(shop: Shop, forge: Forge) -> None:
    done = aea(forge.kind, "sync", **forge.environment("XWRONGX"))
    assert done.returncode == 1
    assert f"rejects the token from AEA_{forge.kind.upper()}_TOKEN" in done.stderr
    assert "XWRONGX" not in done.stdout + done.stderr
    assert len(forge.asked) == 1


def test_an_answer_of_another_form_is_told(shop: Shop, forge: Forge) -> None:
    forge.fail("", lambda handler: handler.send(200, b'[{"number": "x"}]'))
    done = aea(forge.kind, "sync", **forge.environment())
    assert (done.returncode, "unexpected response" in done.stderr) == (1, True)
    forge.fail("", status(404))
    assert "not found on" in aea(forge.kind, "sync", **forge.environment()).stderr


def test_only_the_repository_that_is_named(shop: Shop, forge: Forge) -> None:
    missing = aea(forge.kind, "sync", "--repo", "nonsense", **forge.environment())
    assert (missing.returncode, forge.asked) == (1, [])
    other = {"github": "gitlab", "gitlab": "github"}[forge.kind]
    assert "No known repository is on" in aea(other, "sync").stdout
    assert aea(forge.kind, "sync", "--repo", forge.key, **forge.environment()).returncode == 0


def test_http_is_for_this_machine_only(shop: Shop, forge: Forge) -> None:
    name = forge.kind.upper()
    shop.repo.git("remote", "set-url", "origin", "https://git.example.org/ada/shop")
    shop.repo.change({"z.py": "z = 1\n"}, "On")
    aea("ingest", str(shop.repo.directory))
    address = {f"AEA_{name}_API": "http://git.example.org/api", f"AEA_{name}_TOKEN": "XSECRETX"}
    done = aea(forge.kind, "sync", **address)
    assert (done.returncode, "not a plain https address" in done.stderr) == (2, True)


def test_the_keyring_keeps_a_token(shop: Shop, forge: Forge, home: Path) -> None:
    library = home / "library"
    library.mkdir()
    (library / "keyring.py").write_text(_KEYRING)
    address = {name: value for name, value in forge.environment().items() if "API" in name}
    place = {"paths": f"{library}:", **address}
    done = aea(forge.kind, "token", "--host", "127.0.0.1", text="XSECRETX\n", **place)
    assert (done.returncode, "XSECRETX" in done.stdout) == (0, False)
    assert aea(forge.kind, "sync", **place).returncode == 0
    assert "token from the keyring" in aea(forge.kind, "status", **place).stdout
    removed = aea(forge.kind, "token", "--host", "127.0.0.1", "--remove", **place)
    assert "Removed" in removed.stdout
    assert aea(forge.kind, "sync", **place).returncode == 1
    unsafe = aea(forge.kind, "token", text="XSECRETX\n", KEYRING_PRIORITY="0.5", **place)
    assert (unsafe.returncode, "no secure keyring" in unsafe.stderr) == (1, True)


def test_without_the_keyring_nothing_is_written(home: Path) -> None:
    done = aea("github", "token", text="XSECRETX\n")
    assert done.returncode == 1
    assert "ai-engineering-analytics[keyring]" in done.stderr
    assert not [
        path for path in home.rglob("*") if path.is_file() and b"XSECRETX" in path.read_bytes()
    ]
    assert aea("github", "token", text="\n").returncode == 2
