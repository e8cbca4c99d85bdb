"""A real `systemd --user` in a mount namespace of its own, where process 1 is no systemd.

It needs the directory /run/systemd/system, made where nobody else sees it, and a writable cgroup.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = "/lib/systemd/systemd"
_START = """
set -e
mkdir -p /run/systemd; mount -t tmpfs tmpfs /run/systemd; mkdir -p /run/systemd/system
for c in /sys/fs/cgroup/unified /sys/fs/cgroup/systemd /sys/fs/cgroup; do
  [ -e $c/cgroup.procs ] || continue
  mkdir -p $c/aeatest-$$; echo $$ > $c/aeatest-$$/cgroup.procs
done
exec env -i PATH="$PATH" HOME="$HOME" XDG_RUNTIME_DIR="$XDG_RUNTIME_DIR" \
  /lib/systemd/systemd --user --log-target=console
"""


class UserManager:
    """Starts and ends like the session of a user."""

    def __init__(self, home: Path) -> None:
        self.runtime = home / "run"
        self.runtime.mkdir(mode=0o700)
        self._log = home / "systemd.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Log in."""
        command = ["unshare", "-m", "--propagation", "private", "sh", "-c", _START]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        deadline = time.monotonic() + 15
        while not (self.runtime / "systemd" / "private").exists():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                pytest.skip("systemd --user does not start here: " + self._log.read_text()[-300:])
            time.sleep(0.05)

    def stop(self) -> None:
        """Log out: every service ends."""
        if self._process is None:
            return
        subprocess.run(["systemctl", "--user", "exit"], check=False, capture_output=True)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self.runtime / "systemd", ignore_errors=True)


def make(home: Path) -> UserManager:
    """A manager for this test, not started; skips where there can be none."""
    if os.geteuid() != 0:
        pytest.skip("making a mount namespace needs root")
    if not os.path.exists(PROGRAM) or not shutil.which("unshare"):
        pytest.skip("there is no systemd on this machine")
    if os.path.isdir("/run/systemd/system"):
        pytest.skip("process 1 is systemd: its own user session is not to be used by tests")
    return UserManager(home)
