# SPDX-License-Identifier: Apache-2.0
"""rootscope diff: what a change of the list means; compile --no-wider-than refuses a wider one."""

import json

import pytest

A, B = "aa" * 32, "bb" * 32


def stanza(*lines, root=A, label="Corp"):
    return f'root spki-sha256:{root} "{label}"\n' + "".join(f"    {line}\n" for line in lines)


CORP = stanza("permit corp.example", "exclude hr.corp.example")
DEFAULT = "default\n    permit *\n    exclude evil.example\n"


@pytest.fixture
def diff(tmp_path, rootscope):
    """Writes both texts into sources, and compares them."""
    def run(old, new, *options):
        (tmp_path / "old.list").write_text(old)
        (tmp_path / "new.list").write_text(new)
        return rootscope("diff", *options, tmp_path / "old.list", tmp_path / "new.list")
    return run


# What the change from the first to the second says, and whether it is wider; then the reverse.
CHANGES = [
    # the same
    (CORP, CORP.replace("corp", "CORP"), [], [], False, False),
    (stanza("permit b.example", "permit a.example"),
     stanza("permit a.example", "permit b.example", "permit www.b.example"), [], [], False, False),
    # a suffix
    (stanza("permit .corp.example"), stanza("permit corp.example"),
     ["corp.example"], [], True, False),
    (stanza("permit dns:corp.example"), stanza("permit corp.example"),
     ["corp.example and every host below it, as email, uri, srv, xmpp, upn, krb5, nai"], [], True,
     False),
    (stanza("permit corp.example"), stanza("permit *"),
     ["every host", "every single word, as cn"][:1], [], True, False),
    (stanza("permit a.example"), stanza("permit b.example"),
     ["b.example and every host below it"], ["a.example and every host below it"], True, True),
    (stanza("permit dns:c.example"), stanza("permit dns:c.example", "permit srv:c.example"),
     ["c.example and every host below it, as srv"], [], True, False),
    # an exclusion
    (CORP, stanza("permit corp.example"),
     ["hr.corp.example and every host below it"], [], True, False),
    (CORP, CORP.replace("hr.", "b.hr."), ["hr.corp.example and every host below it"], [], True,
     False),
    # addresses
    (stanza("permit ip:10.0.0.0/8"), stanza("permit ip:10.0.0.0/7"),
     ["the addresses 11.0.0.0/8"], [], True, False),
    (stanza("permit ip:10.0.0.0/8"), stanza("permit ip:10.0.0.0/8", "exclude ip:10.0.0.5"),
     [], ["the addresses 10.0.0.5/32"], False, True),
    (stanza("permit ip:10.0.0.0/8"), stanza("permit ip:10.0.0.0/9", "permit ip:10.128.0.0/9"),
     [], [], False, False),
    # names that are compared whole
    (CORP, CORP + "    permit email:joe@x.example\n", ["joe@x.example, as email"], [], True, False),
    (CORP, CORP + "    permit cn:admin\n", ["admin, as cn"], [], True, False),
    (CORP, CORP + "    permit dirname:O=Acme\n", [], ["every name that no rule has, as dirname"],
     False, True),
    (CORP + "    permit dirname:O=Acme\n", CORP + "    permit dirname:O=Acme\n"
     "    permit dirname:O=Other\n", ["O=other and every name below it, as dirname"], [], True,
     False),
    (CORP + '    organization "Acme"\n', CORP,
     ["every name that no rule has, as organization"], [], True, False),
    (CORP + "    exclude cn:root\n", CORP, ["root, as cn"], [], True, False),
    (CORP, CORP + "    permit othername:1.2.3\n", [],
     ["every name that no rule has, as othername"], False, True),
    # modes
    (CORP, CORP + "    mode test\n", [], [], True, False),
    (CORP + "    mode test\n", CORP + "    mode off\n", [], [], True, False),
    (CORP + "    mode test until 2090-01-01\n", CORP + "    mode test until 2091-01-01\n", [], [],
     True, False),
    (CORP + "    mode test until 2020-01-01\n", CORP, [], [], False, False),
    (CORP, "mode off\n" + CORP, [], [], True, False),
    ("mode test\n" + CORP, "mode test\n" + CORP + "    mode test until 2090-01-01\n", [], [], False,
     False),
]


@pytest.mark.parametrize("old, new, gains, loses, wider, narrower", CHANGES)
def test_what_a_change_means(diff, old, new, gains, loses, wider, narrower):
    for before, after, gained, lost, is_wider in ((old, new, gains, loses, wider),
                                                  (new, old, loses, gains, narrower)):
        done = diff(before, after)
        lines = done.stdout.splitlines()
        told = {word: [line.split(None, 1)[1] for line in lines if line.split()[:1] == [word]]
                for word in ("gains", "loses")}
        assert done.returncode == is_wider, done.output
        assert all(line in told["gains"] for line in gained), done.output
        assert all(line in told["loses"] for line in lost), done.output
        assert bool(told["gains"]) == bool(gained) and bool(told["loses"]) == bool(lost)
        assert ("wider: Corp (spki-sha256:aaaaaaaaaaaaaaaa)" in lines) == is_wider


@pytest.mark.parametrize("old, new, said, wider", [
    # No stanza is no limit.
    (CORP, "", "no longer listed: nothing limits it any more", True),
    ("", CORP, "listed now; it may vouch only for what its stanza permits:\n"
               "    permit corp.example\n    exclude hr.corp.example", False),
    (CORP + "    mode off\n", "", "no longer listed", False),
    ("", DEFAULT, "a default stanza now:\n    permit *\n    exclude evil.example", False),
    (DEFAULT, "", "no default stanza any more", True),
    # The default stanza is just as strict; but it is not for chains with another listed root.
    (stanza("permit a.example") + "default\n    permit a.example\n",
     "default\n    permit a.example\n", "limits no chain that another listed root is in", True),
    (DEFAULT, DEFAULT + CORP, "listed now; it fell under the default stanza", False),
    (DEFAULT, DEFAULT + stanza("permit *"), "gains evil.example and every host below it", True),
    # Under a mode that never denies, the rules still matter to the reports.
    (CORP + "    mode test\n", stanza("permit corp.example"), "gains hr.corp.example", True),
    (CORP + "    mode off\n", stanza("permit *"), "gains every host", False),
    (CORP, CORP + "    mode test until 2090-01-01\n", "mode enforce -> test until 2090-01-01",
     True),
])
def test_roots_come_and_go(diff, old, new, said, wider):
    done = diff(old, new)
    assert said in done.stdout
    assert done.returncode == wider, done.output


def test_wideners_come_first_and_each_root_is_told(diff):
    old = stanza("permit a.example") + stanza("permit b.example", root=B, label="Other")
    new = stanza("permit .a.example") + stanza("permit example", root=B, label="Other")
    done = diff(old, new)
    heads = [line for line in done.stdout.splitlines() if line[:1].isalpha()]
    assert heads == ["wider: Other (spki-sha256:bbbbbbbbbbbbbbbb)",
                     "narrower: Corp (spki-sha256:aaaaaaaaaaaaaaaa)"]
    assert done.stdout.endswith("\n1 wider, 1 narrower, 1 unchanged\n")


def test_json(diff):
    done = diff(CORP, stanza("permit corp.example", "mode test"), "--json")
    answer = json.loads(done.stdout)
    assert (answer["wider"], answer["narrower"], answer["unchanged"]) == (1, 0, 1)
    root, = answer["roots"]
    assert root["root"] == {"kind": "spki-sha256", "sha256": A, "label": "Corp"}
    assert (root["stanza_before"], root["stanza_after"]) == ("listed", "listed")
    assert (root["mode_before"], root["mode_after"]) == ("enforce", "test")
    tree, = [g for g in root["gains"] if g["covers"] == "tree"]
    assert tree["name"] == "hr.corp.example" and len(tree["forms"]) == 8
    assert tree["text"] == "hr.corp.example and every host below it"
    assert root["loses"] == []


def test_sources_folders_and_compiled_lists(tmp_path, rootscope):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.list").write_text(CORP)
    (tmp_path / "folder" / "b.list").write_text(stanza("permit b.example", root=B))
    (tmp_path / "all.list").write_text(CORP + stanza("permit b.example", root=B))
    rootscope("compile", "-q", "-o", tmp_path / "all.rsl", tmp_path / "all.list", check=True)
    kinds = [tmp_path / name for name in ("folder", "all.list", "all.rsl")]
    for old in kinds:
        for new in kinds:
            assert rootscope("diff", old, new, check=True).stdout == \
                "0 wider, 0 narrower, 3 unchanged\n"
    (tmp_path / "folder" / "c.list").write_text(stanza("permit *", root=B))
    folders = ("--shipped", tmp_path / "none", "--local", tmp_path / "folder")
    done = rootscope("diff", *folders, tmp_path / "all.rsl")
    assert done.returncode == 1 and "gains every host" in done.stdout
    assert rootscope("diff", "-q", *folders, tmp_path / "all.rsl").output == ""


@pytest.mark.parametrize("words, said", [
    (["missing", "old.list"], "missing: No such file or directory"),
    (["empty", "old.list"], "no *.list in"),
    (["old.list", "bad.list"], "bad.list:1:1: error:"),
    (["old.list", "cut.rsl"], "cut.rsl"),
    (["a", "b", "c"], "unknown argument: c"),
    (["--local", "x", "a", "b"], "NEW cannot be combined with --shipped or --local"),
])
def test_what_cannot_be_compared(tmp_path, rootscope, words, said):
    (tmp_path / "empty").mkdir()
    (tmp_path / "old.list").write_text(CORP)
    (tmp_path / "bad.list").write_text("permit x\n")
    rootscope("compile", "-q", "-o", tmp_path / "x.rsl", tmp_path / "old.list", check=True)
    (tmp_path / "cut.rsl").write_bytes((tmp_path / "x.rsl").read_bytes()[:-8])
    done = rootscope("diff", *words, cwd=tmp_path)
    assert done.returncode == 2 and done.stdout == ""
    assert said in done.stderr


def test_compile_refuses_a_wider_list(tmp_path, rootscope):
    (tmp_path / "old.list").write_text(CORP)
    (tmp_path / "new.list").write_text(stanza("permit corp.example") + "    mode test\n")
    out = tmp_path / "x.rsl"
    narrow = rootscope("compile", "-q", "-o", out, tmp_path / "old.list", check=True)
    assert narrow.output == ""
    before = out.read_bytes()
    done = rootscope("compile", "-o", out, "--no-wider-than", out, tmp_path / "new.list")
    assert done.returncode == 2 and done.stdout == ""
    assert f"rootscope: the list would be wider than {out}\n" in done.stderr
    assert "gains hr.corp.example and every host below it" in done.stderr
    assert f"{out} is unchanged" in done.stderr
    assert out.read_bytes() == before
    rootscope("compile", "-q", "-o", out, tmp_path / "new.list", check=True)
    rootscope("compile", "-q", "-o", out, "--no-wider-than", out, tmp_path / "old.list", check=True)
    assert out.read_bytes() == before


def test_names_of_a_hostile_list_are_fit_for_a_terminal(diff):
    done = diff("", stanza("permit a.example", label="x\u202ey"))
    assert "x\\xe2\\x80\\xaey" in done.stdout
