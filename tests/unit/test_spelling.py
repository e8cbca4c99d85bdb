r"""One place has one key, however a log spells it."""

from __future__ import annotations

import unicodedata

import pytest

from aea.spelling import below, is_absolute, name_key, normalised, on_disk, root_key

APP = [
    r"C:\work\app",
    "C:\\work\\app\\",
    "c:/work/app",
    r"C:\work\.\x\..\app",
    "C:\\\\work\\\\app",
    r"\\?\C:\work\app",
    r"\\.\C:\work\app",
    "//?/C:/work/app",
    "/mnt/c/work/app",
    "/cygdrive/c/work/app",
    "/c/work/app",
    "file:///C:/work/app",
    "file:///c%3A/work/app",
]


@pytest.mark.parametrize("path", APP)
def test_a_directory_of_windows_has_one_key(path: str) -> None:
    assert root_key(normalised(path)) == "c:/work/app"
    assert is_absolute(normalised(path))
    assert below(path.rstrip("\\") + "/src/A.py", APP[0]) == "src/A.py"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (r"\\wsl$\Ubuntu\home\me\app", "/home/me/app"),
        (r"\\wsl.localhost\Ubuntu-22.04\home\me\app", "/home/me/app"),
        (r"\\?\UNC\wsl$\Ubuntu\home\me\app", "/home/me/app"),
        ("//wsl$/Ubuntu/home/me/app", "/home/me/app"),
        ("file://wsl$/Ubuntu/home/me/app", "/home/me/app"),
        ("file://wsl.localhost/Ubuntu/home/me/app", "/home/me/app"),
        (r"\\wsl$\Ubuntu", "/"),
        (r"\\server\share\app", "//server/share/app"),
        ("file:///home/me/a%20b", "/home/me/a b"),
        ("file://localhost/home/me", "/home/me"),
        ("/home//me/./x/../app/", "/home/me/app"),
        (r"/home/me/back\slash", r"/home/me/back\slash"),
        (r"src\a.py", "src/a.py"),
        ("src/a.py", "src/a.py"),
        ("", ""),
    ],
)
def test_paths_are_normalised(path: str, expected: str) -> None:
    assert normalised(path) == expected
    assert normalised(expected) == expected


def test_places_of_macos_have_one_key() -> None:
    assert root_key("/private/tmp/app") == root_key("/tmp/app")
    assert root_key("/private/var/x") == root_key("/var/x")
    assert root_key("/private/app") != root_key("/app")
    assert below("/private/tmp/app/a", "/tmp/app") == "a"


def test_accents_have_one_key() -> None:
    composed, decomposed = (unicodedata.normalize(form, "/h/é/app") for form in ("NFC", "NFD"))
    assert root_key(composed) == root_key(decomposed)
    assert below(f"{decomposed}/a", composed) == "a"
    assert name_key(composed) == name_key(decomposed) == name_key(composed.upper())


def test_other_places_have_other_keys() -> None:
    assert root_key("/h/App") != root_key("/h/app")
    assert below("/h/app-2/a", "/h/app") is None
    assert below("/h/app", "/h/app") == ""
    assert below("a", "/h") is None


def test_linux_finds_the_drives_of_windows() -> None:
    assert on_disk("C:/work") == "/mnt/c/work"
    assert on_disk("/work") == "/work"
