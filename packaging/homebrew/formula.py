"""Print the Homebrew formula of a release: python packaging/homebrew/formula.py SDIST.

The version, the home page and the requirements come from the sdist itself; its checksum is computed from the
file. uv resolves the requirements and gives the address and the checksum of each dependency's sdist on PyPI.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tarfile
import tempfile
import tomllib
from email.parser import BytesParser
from pathlib import Path
from subprocess import run
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from email.message import Message

PYTHON = "3.14"
FILES = "https://files.pythonhosted.org/packages/"
_FORMULA = """\
class Aea < Formula
  include Language::Python::Virtualenv

  desc "Analytics of AI coding sessions and git commits"
  homepage "{homepage}"
  url "{url}"
  sha256 "{sha256}"
  license "{license}"

  depends_on "pkgconf" => :build
  depends_on "libgit2"
  depends_on "python@{python}"

  uses_from_macos "libffi"

{resources}

  def install
    virtualenv_install_with_resources
    bash_completion.install "packaging/completions/aea.bash" => "aea"
    zsh_completion.install "packaging/completions/aea.zsh" => "_aea"
    fish_completion.install "packaging/completions/aea.fish"
    man1.install "packaging/debian/aea.1"
  end

  test do
    assert_equal "aea #{{version}}", shell_output("#{{bin}}/aea --version").strip
    assert_match "Every event equals its definition", shell_output("#{{bin}}/aea demo")
  end
end
"""
_RESOURCE = """\
  resource "{name}" do
    url "{url}"
    sha256 "{sha256}"
  end"""


class Resource(NamedTuple):
    """One dependency as its source archive."""

    name: str
    url: str
    sha256: str


def metadata(sdist: Path) -> Message:
    """What PKG-INFO in the archive says."""
    with tarfile.open(sdist) as archive:
        (name,) = [
            name for name in archive.getnames() if name.count("/") == 1 and "PKG-INFO" in name
        ]
        file = archive.extractfile(name)
        assert file
        return BytesParser().parse(file)


def requirements(told: Message) -> list[str]:
    """What the program needs to run, without extras."""
    return [need for need in told.get_all("Requires-Dist", []) if "extra ==" not in need]


def resolve(needs: list[str]) -> list[Resource]:
    """Every direct and indirect dependency."""
    with tempfile.TemporaryDirectory() as place:
        wanted, lock = Path(place, "requirements.in"), Path(place, "pylock.toml")
        wanted.write_text("\n".join(needs) + "\n")
        options = ["--quiet", "--no-config", "--python-version", PYTHON, "--format", "pylock.toml"]
        command = [sys.executable, "-m", "uv", "pip", "compile", *options, str(wanted)]
        run([*command, "--output-file", str(lock)], check=True, stdout=sys.stderr)
        packages = tomllib.loads(lock.read_text())["packages"]
    return [_resource(package["name"], package["sdist"]) for package in packages]


def _resource(name: str, sdist: dict[str, dict[str, str] | str]) -> Resource:
    url, hashes = sdist["url"], sdist["hashes"]
    assert isinstance(url, str)
    assert isinstance(hashes, dict)
    # A mirror keeps PyPI's paths; a formula must not name the mirror of whoever made it.
    return Resource(name, FILES + url.partition("/packages/")[2], hashes["sha256"])


def formula(sdist: Path, resources: list[Resource]) -> str:
    """The text of aea.rb."""
    told = metadata(sdist)
    links = dict(link.split(", ", 1) for link in told.get_all("Project-URL", []))
    homepage = links["Homepage"]
    return _FORMULA.format(
        homepage=homepage,
        url=f"{homepage}/releases/download/v{told['Version']}/{sdist.name}",
        sha256=hashlib.sha256(sdist.read_bytes()).hexdigest(),
        license=told["License-Expression"],
        python=PYTHON,
        resources="\n\n".join(_RESOURCE.format(**resource._asdict()) for resource in resources),
    )


def main(arguments: list[str]) -> int:
    """Print the formula."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sdist", type=Path, help="the source archive of the release")
    sdist = parser.parse_args(arguments).sdist
    sys.stdout.write(formula(sdist, resolve(requirements(metadata(sdist)))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
