"""Two repositories and nine sessions of the last month. The commits contain what the sessions wrote."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from aea.demo.home import inside
from aea.demo.sessions import Claude, Codex
from aea.errors import AeaError
from aea.git import command, hook
from aea.git.spool import write_notice

if TYPE_CHECKING:
    from pathlib import Path

_HOUR = 3_600_000
_DAY = 24 * _HOUR
_OPUS, _HAIKU = "claude-opus-4-6", "claude-haiku-4-5"
_ERROR = "still failing: TypeError: cannot read properties of undefined in /app/cart.ts:41"
_REFUSED = "The user doesn't want to proceed with this tool use. The tool use was rejected"
_FAILED = "<tool_use_error>String to replace not found in file.</tool_use_error>"
CART = "def total(items):\n    return sum(item.price for item in items)\n"
CHECK = "from cart import total\n\n\ndef test_total_of_nothing():\n    assert total([]) == 0\n"
TAX = "def with_tax(amount, rate):\n    return round(amount * (1 + rate), 2)\n"
TYPED = TAX.replace("rate)", "rate: float)", 1)
TEST_TAX = "from tax import with_tax\n\n\ndef test_tax():\n    assert with_tax(10, 0.21) == 12.1\n"
CLIENT = "class Client:\n    def __init__(self, url):\n        self.url = url\n"
TIMEOUT = "SECONDS = 10\n\n\ndef is_over(started, now):\n    return now - started > SECONDS\n"
RETRY = "import time\n\n\ndef retry(call, times=3):\n    for number in range(times):\n        time.sleep(number)\n"


def write_demo(home: Path, now_ms: int) -> list[Path]:
    """Create everything below `home` and return the repositories."""
    shop, client = home / "work" / "shop", home / "work" / "client"
    with inside(home):
        for repository in (shop, client):
            _begin(repository, now_ms - 29 * _DAY)
        _last_month(home, shop, client, now_ms)
        _last_week(home, shop, client, now_ms)
        _today(home, shop, client, now_ms)
    return [shop, client]


def _begin(repository: Path, at_ms: int) -> None:
    repository.mkdir(parents=True)
    git(repository, at_ms, "init", "-q", "--template=", "-b", "main")
    hook.install(str(repository))
    write_notice(str(repository))  # creates the spool, which the hooks do not
    commit(repository, at_ms, {"README.md": f"# {repository.name}\n"}, "Begin")


def _last_month(home: Path, shop: Path, client: Path, now_ms: int) -> None:
    at = now_ms - 24 * _DAY
    session = Claude("3f0c1d52-0001-4a6e-9b01-000000000001", shop, "feature/SHOP-12", at, _OPUS)
    session.prompt("Add a cart that sums its items.").say("I will add cart.py.")
    session.write("cart.py", CART).say("The cart is there.", 420).save(home)
    commit(shop, at + _HOUR, {"cart.py": CART}, "SHOP-12: add the cart")
    fork = session.fork("3f0c1d52-0008-4a6e-9b01-000000000008")
    fork.prompt("Now a test, on its own branch of thought.").write("test_cart.py", CHECK)
    fork.say("The test is there.", 210).save(home)
    commit(shop, at + 2 * _HOUR, {"test_cart.py": CHECK}, "SHOP-12: test the cart")

    at = now_ms - 20 * _DAY
    loop = Claude("3f0c1d52-0002-4a6e-9b01-000000000002", shop, "main", at, _HAIKU)
    loop.prompt("Show the total in the page.").say("Let me see.")
    for number in range(5):
        loop.prompt(_ERROR).say("I will try another way.")
        loop.edit("page.py", f"attempt {number}", f"attempt {number + 1}\nshown = True")
    loop.save(home)
    commit(shop, at + 2 * _HOUR, {"page.py": "attempt 5\nshown = True\n"}, "Show the total")

    at = now_ms - 16 * _DAY
    rollout = Codex("0197b001-0003-7000-8000-000000000003", client, "main", at)
    rollout.prompt("Write a small HTTP client class.").patch("client.py", CLIENT).say("Done.").save(
        home
    )
    commit(client, at + _HOUR, {"client.py": CLIENT}, "Add a client")

    at = now_ms - 12 * _DAY
    talk = Claude("3f0c1d52-0004-4a6e-9b01-000000000004", client, "main", at, _OPUS)
    talk.prompt("How would you test this client?").say("With a local server.", 900)
    talk.prompt("And without network?").say("Then too: it is local.", 300).save(home)
    commit(client, at + _HOUR, {"NOTES.md": "Test with a local server.\n"}, "Note how to test")


def _last_week(home: Path, shop: Path, client: Path, now_ms: int) -> None:
    at = now_ms - 5 * _DAY
    paste = Claude("3f0c1d52-0005-4a6e-9b01-000000000005", shop, "feature/SHOP-15", at, _OPUS)
    paste.prompt("Add tax.").say("With a rate?").write("tax.py", TAX)
    paste.prompt("Traceback (most recent call last):\nNameError: name 'rate' is not defined")
    before, after = TAX.splitlines()[0], TYPED.splitlines()[0]
    paste.say("That was a typo.").edit("tax.py", before + " ", after, _FAILED)
    paste.edit("tax.py", before, after).save(home)
    agent = Claude(paste.session_id, shop, "feature/SHOP-15", at + 300_000, _HAIKU)
    agent.agent = "a1b2c3d"
    agent.write("tests/test_tax.py", TEST_TAX).say("Tests written.").save(home)
    files = {"tax.py": TYPED, "tests/test_tax.py": TEST_TAX}
    commit(shop, at + _HOUR, files, "SHOP-15: tax")
    commit(shop, at + 2 * _HOUR, {"README.md": "# shop\n\nWith tax.\n"}, "Describe tax")

    at = now_ms - 3 * _DAY
    rollout = Codex("0197b001-0006-7000-8000-000000000006", client, "main", at)
    rollout.prompt("Retry failed calls.").patch("retry.py", RETRY).say("Added retry.")
    rollout.prompt("Good. Shorter waits please.").say("It waits 0, 1 and 2 seconds.").save(home)
    commit(client, at + _HOUR, {"retry.py": RETRY}, "Retry failed calls")
    commit(client, at + 2 * _HOUR, {"README.md": "# client\n\nRetries.\n"}, "Describe retries")


def _today(home: Path, shop: Path, client: Path, now_ms: int) -> None:
    midnight = _local_midnight(now_ms)
    at = max(now_ms - 50 * 60_000, midnight)
    session = Claude("3f0c1d52-0007-4a6e-9b01-000000000007", shop, "main", at, _OPUS)
    session.prompt("Round the total.").say("I will use the tax module's rounding.")
    session.edit("cart.py", "sum(item.price for item in items)", "round(total, 1)", _REFUSED)
    session.prompt("Two digits, please.").edit(
        "cart.py",
        "    return sum(item.price for item in items)",
        "    amount = sum(item.price for item in items)\n    return round(amount, 2)",
    ).say("Rounded to two digits.").save(home)
    rounded = CART.replace("return sum", "amount = sum") + "    return round(amount, 2)\n"
    changes = {"CHANGES.md": "Totals are rounded.\n"}
    commit(shop, max(now_ms - 20 * 60_000, midnight), {"cart.py": rounded}, "Round the total")
    commit(shop, max(now_ms - 10 * 60_000, midnight), changes, "Tell about it")
    rollout = Codex("0197b001-0009-7000-8000-000000000009", client, "main", at)
    rollout.prompt("Add a timeout.").patch("timeout.py", TIMEOUT).say("Ten seconds.").save(home)
    commit(client, max(now_ms - 5 * 60_000, midnight), {"timeout.py": TIMEOUT}, "Time out")


def _local_midnight(now_ms: int) -> int:
    """Keep the commits of today on today's date when the demo runs right after midnight."""
    day = time.localtime(now_ms // 1000)[:3]
    return int(time.mktime((*day, 0, 0, 0, 0, 0, -1))) * 1000  # -1: also right on a clock change


def commit(repository: Path, at_ms: int, files: dict[str, str], message: str) -> None:
    """Write files and commit them with the given date."""
    for name, content in files.items():
        path = repository / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    git(repository, at_ms, "add", "-A")
    git(repository, at_ms, "commit", "-q", "-m", message)


def git(repository: Path, at_ms: int, *arguments: str) -> None:
    """Run git with the demo's identity and date, and the settings of the temporary home."""
    date = f"{at_ms // 1000} +0000"
    own = {
        "GIT_AUTHOR_NAME": "Demo",
        "GIT_AUTHOR_EMAIL": "demo@example.org",
        "GIT_COMMITTER_NAME": "Demo",
        "GIT_COMMITTER_EMAIL": "demo@example.org",
        "GIT_AUTHOR_DATE": date,
        "GIT_COMMITTER_DATE": date,
    }
    hooks = f"core.hooksPath={repository / '.git' / 'hooks'}"  # the demo's own; otherwise none runs
    done = command.attempt(("-c", hooks, *arguments), str(repository), variables=own)
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip()
        hint = "check git --version: the demo needs git 2.28 or newer"
        raise AeaError(f"git {arguments[0]} failed in {repository}: {reason}", hint)
