# SPDX-License-Identifier: Apache-2.0
"""What `rootscope report` proposes to permit, and the patch that it makes of that."""

import json

import pytest

import programs
from test_report import checks, report, violation, write  # noqa: F401 (fixtures)
from test_set_mode import A, B, CORP, PARTNER, Folders, root

TEST = "    mode test\n"


def seen(suffix, form="dns", sha256=A, **keys):
    return violation(**{"suffix": suffix, "form": form, "root": f"spki-sha256:{sha256}", **keys})


@pytest.fixture
def told(rootscope, write):  # noqa: F811
    """told(*lines): proposals and what is left, of the first root."""
    def told_(*lines):
        answer = json.loads(rootscope("report", "--json", write(*lines), check=True).stdout)
        return answer["roots"][0]["proposals"], answer["roots"][0]["unproposed"]
    return told_


@pytest.fixture
def sources(tmp_path, rootscope):
    return Folders(tmp_path, rootscope)


@pytest.fixture
def diff(sources, rootscope, write):  # noqa: F811
    """diff(*lines, options=()): the patch that a report makes of the sources; a finished run."""
    def diff_(*lines, options=()):
        return rootscope("report", "--diff", "--shipped", sources.shipped, "--local",
                         sources.local, *options, write(*lines))
    return diff_


@pytest.fixture
def patched(sources, rootscope, command, write, tmp_path):  # noqa: F811
    """patched(*lines): applies the patch; the compiled list as text, and the warnings."""
    def patched_(*lines):
        patch = tmp_path / "patch"
        made = programs.run("sh", "-c", 'patch=$1; shift; exec "$@" >"$patch"', "sh", patch,
                            command, "report", "--diff", "--shipped", sources.shipped, "--local",
                            sources.local, write(*lines), check=True)
        programs.run("patch", "-p1", "--fuzz=0", "-d", sources.local, "-i", patch, check=True)
        rootscope("compile", "--shipped", sources.shipped, "--local", sources.local, "-o",
                  sources.list, check=True)
        assert not list(sources.local.glob("*.orig")) + list(sources.local.glob("*.rej"))
        return rootscope("show", sources.list, check=True).stdout, made.stderr
    return patched_


# ---- What is proposed ----

def test_proposals_are_in_the_report(rootscope, told, write):  # noqa: F811
    lines = [checks(90, 10), seen("evil.example", count=3),
             seen("co.uk", count=2, name="www.evil.co.uk"),
             seen("", form="dirname", count=4), seen("192.0.2.0/24", form="ip")]
    assert told(*lines) == (
        [{"permit": "dns:evil.example", "chains": 3,
          "command": "rootscope permit abababababababab dns:evil.example",
          "reported_by": [], "unknown_users": True},
         {"permit": "dns:evil.co.uk", "chains": 2,
          "command": "rootscope permit abababababababab dns:evil.co.uk",
          "example_of": "co.uk", "reported_by": [], "unknown_users": True}],
        [{"form": "dirname", "suffix": "", "reason": "not-permitted", "chains": 4,
          "why": "telemetry does not have names of this form"},
         {"form": "ip", "suffix": "192.0.2.0/24", "reason": "not-permitted", "chains": 1,
          "why": "telemetry has only the network"}])
    text = rootscope("report", write(*lines), check=True).stdout
    assert """\
  to permit them:
    rootscope permit abababababababab dns:evil.example
    rootscope permit abababababababab dns:evil.co.uk  # an example of the names below co.uk
  violations that need a decision:
            4  dirname (no suffix) not-permitted: telemetry does not have names of this form
            1  ip 192.0.2.0/24 not-permitted: telemetry has only the network
""" in text


@pytest.mark.parametrize("name, lines", [
    (None, {"cn:admin"}),
    ("Admin", {"cn:admin"}),
    ("www.admin", {"dns:www.admin"}),
])
def test_a_role_is_proposed_as_a_common_name(told, name, lines):
    keys = {} if name is None else {"name": name}
    assert set(permits(told(seen("admin", form="cn", **keys))[0])) == lines


def test_line_for_a_role_makes_its_certificate_pass(diff, sources, rootscope, pki, tmp_path):
    """What the report proposes, put into the stanza, permits what was reported."""
    leaf = pki.leaf("a role", [], subject="/CN=admin", issuer=pki.root)
    text = root(pki.root.spki_sha256()) + "    permit corp.example\n"
    [line] = [line[1:] for line in diff_of(sources, diff, text, pki).splitlines()
              if line.startswith("+    permit")]
    for body, status in ("", 1), (line + "\n", 0):
        source = tmp_path / "role.list"
        source.write_text(text + body)
        rootscope("compile", "-o", tmp_path / "role.rsl", source, check=True)
        assert rootscope("check", "--list", tmp_path / "role.rsl", "--CAfile", pki.root.pem,
                         leaf.pem).returncode == status


def diff_of(sources, diff, text, pki):
    (sources.local / "a.list").write_text(text + TEST)
    return diff(seen("admin", form="cn", sha256=pki.root.spki_sha256(), name="admin")).stdout


# ---- Whose lines ----

def entry(line, user=0, exe="/usr/bin/curl", **keys):
    """A line as `journalctl -o json` prints it."""
    known = {"__REALTIME_TIMESTAMP": "1795306354000000", "_UID": str(user), "_EXE": exe,
             "MESSAGE": line.decode(), **keys}
    return json.dumps({k: v for k, v in known.items() if v is not None}).encode()


def permits(proposals):
    return {p["permit"]: p["reported_by"] for p in proposals}


def test_users_of_the_journal_are_told(told, rootscope, write):  # noqa: F811
    lines = [entry(seen("evil.example"), user=33), entry(seen("evil.example"), user=0),
             entry(b"another program's message"), entry(seen("other.example"), user=1000)]
    proposals, rest = told(*lines)
    assert permits(proposals) == {"dns:evil.example": [33, 0]}
    assert [(r["suffix"], r["why"]) for r in rest] == [
        ("other.example", "only ordinary users reported it; --any-user proposes it")]
    text = rootscope("report", write(*lines), check=True).stdout
    assert " dns:evil.example  # reported by user 33, user 0\n" in text
    answer = json.loads(rootscope("report", "--json", "--any-user", write(*lines)).stdout)
    assert permits(answer["roots"][0]["proposals"]) == {"dns:evil.example": [33, 0],
                                                        "dns:other.example": [1000]}


def test_program_is_what_the_journal_says(report, write):  # noqa: F811
    answer = report(write(entry(checks(5, program="sshd"), exe="/home/joe/a.out")))
    assert [p["program"] for p in answer["roots"][0]["programs"]] == ["/home/joe/a.out"]
    answer = report(write(entry(checks(5, program="sshd"), exe=None)))
    assert [p["program"] for p in answer["roots"][0]["programs"]] == ["sshd"]


def test_journal_beside_other_lines_is_not_believed(told):
    """With `-o cat` anybody can print a line that looks like the journal's own."""
    forged = entry(seen("evil.example"), user=0)
    for lines in ([forged, seen("good.example")], [b"a line of text", forged],
                  [forged, entry(seen("good.example")), b"text"]):
        proposals, _ = told(*lines)
        assert all(users == [] for users in permits(proposals).values())
        assert all(p["unknown_users"] for p in proposals)


@pytest.mark.parametrize("user", ["", "x", "-1", "4294967296", "1" * 30, None])
def test_user_that_is_no_number_is_unknown(told, user):
    [proposal] = told(entry(seen("evil.example"), **{"_UID": user}))[0]
    assert (proposal["reported_by"], proposal["unknown_users"]) == ([], True)


@pytest.mark.parametrize("message", [None, 5, [123, 34], ["a", "b"], {"a": 1}])
def test_journal_entry_without_text_is_passed_over(report, write, message):  # noqa: F811
    line = entry(seen("evil.example"), MESSAGE=message, X='{"rootscope":1')
    answer = report(write(line, entry(checks(5))))
    assert answer["roots"][0]["violated"] == 0


def test_syslog_header_in_the_journal(told):
    line = entry(b"<84>rootscope[17]: " + seen("evil.example"))
    assert permits(told(line)[0]) == {"dns:evil.example": [0]}


def test_patch_says_whose_lines(diff, sources):
    (sources.local / "a.list").write_text(root(A) + "    permit corp.example\n" + TEST)
    assert "+    permit dns:evil.example  # reported by user 0\n" in diff(
        entry(seen("evil.example"))).stdout


@pytest.mark.parametrize("line", [
    checks(1000),
    seen("evil.example", mode="enforce", verdict="denied"),
    seen("evil.example", signatures="invalid"),
    seen("evil.example", root="none"),
])
def test_nothing_is_proposed_for_others(told, line):
    assert told(line) == ([], [])


def test_long_lists_are_cut_in_the_text(rootscope, write):  # noqa: F811
    path = write(*[seen(f"d{i:02}.example") for i in range(25)],
                 *[seen(f"10.0.{i}.0/24", form="ip") for i in range(25)])
    text = rootscope("report", path, check=True).stdout
    assert text.count("    rootscope permit ") == 20 and text.count("only the network") == 20
    assert text.count("  and 5 lines more; --all shows them\n") == 2
    text = rootscope("report", "--all", path, check=True).stdout
    assert text.count("    rootscope permit ") == 25 and text.count("only the network") == 25


HOSTILE = ["*", "*.example", ".example", "a.example\n    permit *", 'a"b', "a b", "a#b", "\x1b[2J",
           "a\u202eb", "<b>", "a.example permit", "ip:*", "..", "a\\b", "é" * 60 + ".example"]


def test_hostile_suffixes_are_not_proposed(told, rootscope, diff, sources, write):  # noqa: F811
    (sources.local / "a.list").write_text(CORP + TEST)
    lines = [seen(suffix, form=form) for suffix in HOSTILE for form in ("dns", "email", "cn", "ip")]
    proposals, unproposed = told(*lines)
    assert proposals == [] and len(unproposed) == len(lines)
    done = diff(*lines)
    assert (done.returncode, done.stdout) == (0, "")
    assert "some violations need a decision" in done.stderr
    text = rootscope("report", "--all", write(*lines), check=True).stdout
    assert "\x1b" not in text and "\u202e" not in text and "\n    permit" not in text


# ---- The patch ----

def test_a_local_stanza_gets_the_lines(sources, patched):
    before = "# ours\n" + CORP + "    exclude hr.corp.example\n" + TEST + "\n" + PARTNER
    (sources.local / "a.list").write_text(before)
    shown, said = patched(seen("evil.example", count=2), seen("other.example", form="cn"),
                          seen("mail.example", form="email"), seen("192.0.2.7", form="ip"))
    assert said == ""
    assert sources.texts() == {"a.list": before.replace(
        "    exclude", "    permit dns:evil.example\n    permit dns:other.example\n"
                       "    permit email:.mail.example\n    permit email:mail.example\n"
                       "    permit ip:192.0.2.7\n    exclude")}
    assert "permit dns:evil.example" in shown and "permit ip:192.0.2.7/32" in shown


def test_line_ends_are_kept(sources, patched):
    (sources.local / "a.list").write_bytes((CORP + TEST).replace("\n", "\r\n").encode())
    patched(seen("evil.example"))
    assert sources.texts() == {"a.list": (CORP + "    permit dns:evil.example\n" + TEST).replace(
        "\n", "\r\n")}


def test_a_shipped_stanza_is_copied(sources, patched):
    (sources.shipped / "s.list").write_text(
        root(B, "Partner") + "  # why\n  permit partner.example # why\n  exclude a.partner.example"
        "\n  organization \"Partner # AG\"\n  mode test until 2099-01-01\n")
    shown, _ = patched(seen("evil.example", sha256=B))
    assert sources.texts() == {"zz-local.list": (
        root(B, "Partner") + "    permit partner.example\n    exclude a.partner.example\n"
        "    organization \"Partner # AG\"\n    permit dns:evil.example\n"
        "    mode test until 2099-01-01\n")}
    assert "permit dns:evil.example" in shown and "organization \"partner # ag\"" in shown


def test_a_copy_goes_into_the_stanza_that_sets_the_mode(sources, patched):
    (sources.shipped / "s.list").write_text(PARTNER)
    sources.set("test", "Partner")
    patched(seen("evil.example", sha256=B))
    assert sources.texts() == {"zz-local.list": (
        root(B, "Partner") + "    permit partner.example\n    permit dns:evil.example\n" + TEST)}
    assert sources.set("enforce", "Partner") == [
        f"Partner (spki-sha256:{B[:16]}): mode enforce, was test"]
    assert sources.modes()["Partner"] == "enforce"


def test_a_copy_is_added_to_a_file_that_exists(sources, patched):
    (sources.shipped / "s.list").write_text(PARTNER + TEST)
    (sources.local / "zz-local.list").write_text(CORP)
    patched(seen("evil.example", sha256=B))
    assert sources.texts() == {"zz-local.list": (
        CORP + "\n" + PARTNER + "    permit dns:evil.example\n" + TEST)}


def test_only_the_root_of_a_shared_stanza_gets_more(sources, patched):
    shared = root(A, "One") + root(B, "Two") + "    permit corp.example\n" + TEST
    (sources.local / "a.list").write_text(shared)
    shown, _ = patched(seen("evil.example", sha256=B))
    assert sources.texts() == {"a.list": shared, "zz-local.list": (
        root(B, "Two") + "    permit corp.example\n    permit dns:evil.example\n" + TEST)}
    assert shown.count("permit dns:evil.example") == 1


def test_the_default_stanza_and_several_files(sources, patched):
    (sources.local / "a.list").write_text("default\n    permit corp.example\n" + TEST)
    (sources.local / "b.list").write_text(CORP + TEST)
    patched(seen("evil.example", root="default"), seen("evil.example"))
    assert sources.texts() == {
        "a.list": "default\n    permit corp.example\n    permit dns:evil.example\n" + TEST,
        "b.list": CORP + "    permit dns:evil.example\n" + TEST}


@pytest.mark.parametrize("body, suffix, said", [
    ("    permit corp.example\n    exclude evil.example\n", "a.evil.example",
     "dns:a.evil.example: the stanza excludes it"),
    ("    permit example\n", "evil.example", "dns:evil.example: the stanza already permits it"),
    ("    exclude corp.example\n", "evil.example",
     "dns:evil.example: the stanza has no permit line, so it permits this already"),
])
def test_what_is_left_out_is_told(sources, diff, body, suffix, said):
    (sources.local / "a.list").write_text(root(A, "Corp Root") + body + TEST)
    done = diff(seen(suffix))
    assert (done.returncode, done.stdout) == (0, "")
    assert f"warning: Corp Root (spki-sha256:{A[:16]}): left out: permit {said}\n" in done.stderr


@pytest.mark.parametrize("body", ["    permit corp.example\n", "    permit .tr\n"])
def test_a_public_suffix_is_never_permitted(sources, diff, patched, body):
    (sources.local / "a.list").write_text(root(A) + body + TEST)
    done = diff(seen("com"), seen("co.uk"), seen("uk", name="co.uk"))
    assert (done.returncode, done.stdout) == (0, "")
    assert "some violations need a decision" in done.stderr
    shown, _ = patched(seen("com"), seen("co.uk", name="www.evil.co.uk"))
    assert "permit dns:evil.co.uk" in shown
    assert "permit dns:co.uk" not in shown and "permit dns:com" not in shown


def test_a_root_that_is_not_listed_is_told(sources, diff):
    (sources.local / "a.list").write_text(CORP + TEST)
    done = diff(seen("evil.example", sha256=B), seen("evil.example", root="default"),
                seen("evil.example", root="spki-sha256:\x1b"))
    assert (done.returncode, done.stdout) == (0, "")
    assert f"no source lists the root spki-sha256:{B}\n" in done.stderr
    assert "no source lists the root default\n" in done.stderr
    assert "no source lists the root spki-sha256:\\x1b\n" in done.stderr


def test_what_cannot_be_patched_is_an_error(sources, diff):
    (sources.local / "s.list").write_text(root(A) + PARTNER + TEST)
    done = diff(seen("evil.example", sha256=B), options=["--file", "a.list"])
    assert (done.returncode, done.stdout) == (2, "") and "does not sort after it" in done.stderr
    (sources.local / "s.list").unlink()
    (sources.local / "a b.list").write_text(CORP + TEST)
    done = diff(seen("evil.example"))
    assert done.returncode == 2 and "a patch cannot contain this name" in done.stderr
    (sources.shipped / "s.list").write_text("frob\n")
    done = diff(seen("evil.example"))
    assert (done.returncode, done.stdout) == (2, "") and "s.list:1:1:" in done.stderr


@pytest.mark.parametrize("options, said", [
    (["--diff", "--json"], "--diff, --html and --json cannot be combined"),
    (["--diff", "--file", "../a.list"], "--file must be a name"),
    (["--diff", "--local"], "option needs a value: --local"),
])
def test_bad_usage_is_refused(rootscope, options, said):
    done = rootscope("report", *options, input="")
    assert done.returncode == 2 and said in done.stderr
