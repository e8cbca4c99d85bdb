"""A real `systemd --user` in a mount namespace of its own, where process 1 is no systemd.

It needs the directory /run/systemd/system, made where nobody else sees it, and a writable cgroup.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.daemons import until

PROGRAM = "/lib/systemd/systemd"
_HIERARCHIES = ("/sys/fs/cgroup/unified", "/sys/fs/cgroup/systemd", "/sys/fs/cgroup")
_START = f"""
set -e
mount -t tmpfs tmpfs /run; mkdir -p /run/systemd/system
for c in {" ".join(_HIERARCHIES)}; do
  [ -e $c/cgroup.procs ] || continue
  mkdir -p $c/aeatest-$$; echo $$ > $c/aeatest-$$/cgroup.procs
done
exec env -i PATH="$PATH" HOME="$HOME" XDG_RUNTIME_DIR="$XDG_RUNTIME_DIR" \
  {PROGRAM} --user --log-target=console
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
            process = self._process = subprocess.Popen(command, stdout=log, stderr=log)
        ready = self.runtime / "systemd" / "private"
        until(lambda: ready.exists() or process.poll() is not None)
        if process.poll() is not None:
            self.stop()
            pytest.skip("systemd --user does not start here: " + self._log.read_text()[-300:])

    def stop(self) -> None:
        """Log out: every service ends."""
        process, self._process = self._process, None
        if process is None:
            return
        subprocess.run(["systemctl", "--user", "exit"], check=False, capture_output=True)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(self.runtime / "systemd", ignore_errors=True)
        until(lambda: _remove_groups(process.pid))


def _remove_groups(pid: int) -> bool:
    """Whether no control group of this manager is left; one goes when its last process has ended."""
    groups = [Path(place, f"aeatest-{pid}") for place in _HIERARCHIES]
    for group in groups:
        for directory, _, _ in os.walk(group, topdown=False):
            with suppress(OSError):
                os.rmdir(directory)
    return not any(group.exists() for group in groups)


def make(home: Path) -> UserManager:
    """A manager for this test, not started; skips where there can be none."""
    if os.geteuid() != 0:
        pytest.skip("making a mount namespace needs root")
    if not os.path.exists(PROGRAM) or not shutil.which("unshare"):
        pytest.skip("there is no systemd on this machine")
    if os.path.isdir("/run/systemd/system"):
        pytest.skip("process 1 is systemd: its own user session is not to be used by tests")
    return UserManager(home)
