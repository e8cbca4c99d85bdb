"""Where a token comes from, and which host gets it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from aea.errors import AeaError
from aea.forge import github, gitlab
from aea.forge.token import Token, find_token

if TYPE_CHECKING:
    from pathlib import Path

ENTERPRISE = {"AEA_GITHUB_API": "https://git.example.org/api/v3"}


def found(host: str, **environ: str) -> tuple[str, str] | None:
    token = find_token(github, host, environ)
    return (token.value, token.origin) if token else None


@pytest.fixture(autouse=True)
def without_commands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


def test_our_own_variable_wins() -> None:
    three = {"GH_TOKEN": "c", "GITHUB_TOKEN": "b", "AEA_GITHUB_TOKEN": " a\n"}
    assert found("github.com", **three) == ("a", "AEA_GITHUB_TOKEN")
    assert found("github.com", GH_TOKEN="c", GITHUB_TOKEN="") == ("c", "GH_TOKEN")
    assert found("github.com") is None


def test_a_token_is_for_one_host() -> None:
    assert found("github.example.org", AEA_GITHUB_TOKEN="a", GITHUB_TOKEN="b") is None
    assert found("git.example.org", AEA_GITHUB_TOKEN="a", **ENTERPRISE) == (
        "a",
        "AEA_GITHUB_TOKEN",
    )
    assert found("github.com", AEA_GITHUB_TOKEN="a", **ENTERPRISE) is None
    assert found("git.example.org", GITHUB_TOKEN="b", **ENTERPRISE) is None
    assert find_token(gitlab, "gitlab.com", {"GITLAB_TOKEN": "d"}) == Token("d", "GITLAB_TOKEN")
    assert find_token(gitlab, "gitlab.com", {"GITHUB_TOKEN": "b"}) is None


def test_a_token_is_one_word_and_is_not_shown() -> None:
    with pytest.raises(AeaError) as told:
        found("github.com", GITHUB_TOKEN="XSECRETX\r\nX-Evil: 1")
    assert "XSECRETX" not in f"{told.value.message} {told.value.hint}"
    assert "XSECRETX" not in repr(Token("XSECRETX", "here"))


@pytest.mark.skipif(os.name == "nt", reason="a shell script stands for gh")
def test_the_forges_own_command_is_asked_for_the_host(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = tmp_path / "gh"
    script.write_text('#!/bin/sh\n[ -z "$GH_ENTERPRISE_TOKEN" ] && echo "of-$4"\n')
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    environ = {"GH_ENTERPRISE_TOKEN": "x", "PATH": os.environ["PATH"]}
    assert found("github.example.org", **environ) == ("of-github.example.org", "gh auth token")
    script.write_text("#!/bin/sh\nexit 1\n")
    assert found("github.com", **environ) is None


def test_the_keyring_is_asked_where_it_is_installed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "keyring.py").write_text(
        "def get_password(service, name):\n    return {'github.com': 'k'}[name]\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "keyring", raising=False)
    try:
        assert found("github.com") == ("k", "the keyring")
        assert found("github.com", GITHUB_TOKEN="b") == ("b", "GITHUB_TOKEN")
        assert found("github.example.org") is None  # the backend fails: as good as empty
    finally:
        sys.modules.pop("keyring", None)
