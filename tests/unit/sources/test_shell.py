"""Shell commands: what is surely written, and nothing that is not sure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aea.sources.shell import HeredocWrite, absolute, apply_patch_bodies, heredoc_writes

PATCH = "*** Begin Patch\n*** Add File: a.txt\n+it's <<EOF\n+EOF\n*** End Patch\n"


@pytest.mark.parametrize(
    ("command", "path", "body", "is_append"),
    [
        ("cat > f <<EOF\na\nb\nEOF", "/w/f", "a\nb\n", False),
        ("cat >> f <<'EOF'\na\nEOF\n", "/w/f", "a\n", True),
        ("cat <<EOF > f\na\nEOF", "/w/f", "a\n", False),
        ('cat <<"EOF" >f 2>&1\na\nEOF', "/w/f", "a\n", False),
        ("cat - <<EOF >| f\na\nEOF", "/w/f", "a\n", False),
        ("cat 1> f <<\\EOF\n$a\nEOF", "/w/f", "$a\n", False),
        ("tee f <<EOF\na\nEOF", "/w/f", "a\n", False),
        ("tee -a f <<EOF > /dev/null\na\nEOF", "/w/f", "a\n", True),
        ("sudo tee --append f <<EOF\na\nEOF", "/w/f", "a\n", True),
        ("cat <<EOF | tee f\na\nEOF", "/w/f", "a\n", False),
        ("cat <<EOF | sudo tee -a f > /dev/null\na\nEOF", "/w/f", "a\n", True),
        ("cat > f <<-EOF\n\ta\n\t\tb\n\tEOF", "/w/f", "a\nb\n", False),
        ("cat > 'a b' <<EOF\na\nEOF", "/w/a b", "a\n", False),
        ('cat > "app/[id]/p.tsx" <<EOF\na\nEOF', "/w/app/[id]/p.tsx", "a\n", False),
        ("cat > /x/f <<EOF\nEOF", "/x/f", "", False),
        ("cd x && cat > f <<EOF\na\nEOF", "/w/x/f", "a\n", False),
        ("cd /x && cd y && cat > f <<EOF\na\nEOF", "/x/y/f", "a\n", False),
        ("cd x || exit\ncat > ../f <<EOF\na\nEOF", "/w/f", "a\n", False),
        ("mkdir -p d; cat > d/f <<EOF && cd d && ls\na\nEOF", "/w/d/f", "a\n", False),
        ("cat > f <<EOF\n\\$a \\`b\\` \\\\ \\n\nEOF", "/w/f", "$a `b` \\ \\n\n", False),
        ("cat > f <<'EOF'\n\\$a\nEOF", "/w/f", "\\$a\n", False),
        ("cat > apply_patch.py <<EOF\na\nEOF", "/w/apply_patch.py", "a\n", False),
        ("cat <<< hello; cat > f <<EOF\na\nEOF", "/w/f", "a\n", False),
        ("cat > f <<'END OF FILE'\nEOF\nEND OF FILE", "/w/f", "EOF\n", False),
    ],
)
def test_a_heredoc_is_a_write(command: str, path: str, body: str, *, is_append: bool) -> None:
    assert heredoc_writes(command, "/w") == [HeredocWrite(path, body, is_append)]


@pytest.mark.parametrize(
    "command",
    [
        "",
        "echo a > f",
        "cat f",
        "cat > f <<EOF\nit does not end",
        "cat > f <<EOF\n EOF\n",
        "cat > $F <<EOF\na\nEOF",
        'cat > "$D/f" <<EOF\na\nEOF',
        "cat > `name` <<EOF\na\nEOF",
        "cat > *.txt <<EOF\na\nEOF",
        "cat > ~/f <<EOF\na\nEOF",
        "cat > /dev/null <<EOF\na\nEOF",
        "cat 2> f <<EOF\na\nEOF",
        "cat <<EOF | sort > f\na\nEOF",
        "cat <<EOF\na\nEOF",
        "cat head.txt - > f <<EOF\na\nEOF",
        "python - > f <<EOF\nprint()\nEOF",
        "ssh host 'cat > f' <<EOF\na\nEOF",
        "git commit -m \"$(cat <<'EOF'\ntitle\nEOF\n)\"",
        "cat <<< hello > f",
        "echo $((1 << 3)) > f",
    ],
)
def test_what_is_not_sure_is_no_write(command: str) -> None:
    assert heredoc_writes(command, "/w") == []


def test_several_heredocs_and_what_stands_in_them() -> None:
    command = (
        "cat > run.sh <<'A' && cat > two <<'B'\n"
        'cd "$(dirname "$0")" && cd deep\n'
        "cat > inner <<EOF\nx\nEOF\n"
        "A\n"
        "second\n"
        "B\n"
        "cd sub\n"
        "cat > three <<EOF\nthird\nEOF\n"
    )
    assert [(write.path, write.body.count("\n")) for write in heredoc_writes(command, "/w")] == [
        ("/w/run.sh", 4),
        ("/w/two", 1),
        ("/w/sub/three", 1),
    ]


def test_an_unknowable_directory_leaves_the_path_as_it_is() -> None:
    assert heredoc_writes("cd $X && cat > f <<EOF\na\nEOF", "/w")[0].path == "f"
    assert heredoc_writes("cat > f <<EOF\na\nEOF", None)[0].path == "f"


@pytest.mark.parametrize(
    ("command", "directory"),
    [
        (f"apply_patch <<'PATCH'\n{PATCH}PATCH", "/w"),
        (f"applypatch <<PATCH\n{PATCH}PATCH\n", "/w"),
        (f"cd x && apply_patch <<'PATCH'\n{PATCH}PATCH", "/w/x"),
        (f'apply_patch "{PATCH}"', "/w"),
        ("cd x && apply_patch '" + PATCH.replace("'", "'\\''") + "' && ls", "/w/x"),
    ],
)
def test_patches(command: str, directory: str) -> None:
    assert apply_patch_bodies(command, "/w") == [(PATCH, directory)]
    assert heredoc_writes(command, "/w") == []


@pytest.mark.parametrize(
    "command",
    [
        "echo apply_patch",
        "cat > apply_patch <<EOF\na\nEOF",
        f"cat > notes.md <<'X'\napply_patch <<'EOF'\n{PATCH}X",
        f"apply_patch <<'PATCH'\n{PATCH}",
    ],
)
def test_no_patches(command: str) -> None:
    assert apply_patch_bodies(command, "/w") == []


@pytest.mark.parametrize(
    ("path", "directory", "expected"),
    [
        ("/a/./b/../c", None, "/a/c"),
        ("b/c", "/a", "/a/b/c"),
        ("./b", "/a/", "/a/b"),
        ("../b", "/a/x", "/a/b"),
        ("b", None, "b"),
        ("", "/a", ""),
        ("'/a b/c'", None, "/a b/c"),
        ("file:///a/b%20c", None, "/a/b c"),
        ("file://localhost/a", None, "/a"),
        ("file:///C:/a/b", None, "C:/a/b"),
        ("C:/a/../b", "/w", "C:/b"),
        ("C:\\a\\b", "/w", "C:/a/b"),
        ("src\\b.py", "C:\\a", "C:/a/src/b.py"),
        ("src/b.py", "C:\\a", "C:/a/src/b.py"),
        ("/a/back\\slash", None, "/a/back\\slash"),
    ],
)
def test_absolute(path: str, directory: str | None, expected: str) -> None:
    assert absolute(path, directory) == expected


_PARTS = [
    "cat",
    ">",
    ">>",
    "f",
    "<<EOF",
    "\n",
    "EOF",
    "'",
    '"',
    "|",
    "&&",
    "cd x",
    "tee",
    "$(",
    " ",
]


@given(st.lists(st.sampled_from([*_PARTS, PATCH, "apply_patch"]), max_size=20).map("".join))
def test_any_command_is_borne(command: str) -> None:
    for write in heredoc_writes(command, "/w"):
        assert write.path
    apply_patch_bodies(command, "/w")
