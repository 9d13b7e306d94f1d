# SPDX-License-Identifier: Apache-2.0
"""rootscope report --html: a page that loads nothing, in which hostile telemetry is text."""

import shutil
import socket
import subprocess

import pytest

from html_page import Checker, assert_loads_nothing, parsed, texts
from test_report import (CORP, HOSTILE, PARTNER, checks, problem, violation,
                         write)  # noqa: F401 (a fixture)

MARKUP = ["<script>alert(1)</script>", "\"><img src=http://127.0.0.1:1/x onerror=alert(1)>",
          "</style><script>x</script>", "]]>", "<!--", "&lt;b&gt;&amp;", "javascript:alert(1)",
          "\ufffe\uffff", *HOSTILE]


@pytest.fixture
def page(rootscope, tmp_path):
    """page(*arguments): the text of the page."""
    def make(*arguments):
        path = tmp_path / "page.html"
        done = rootscope("report", "--html", path, *arguments, check=True)
        assert done.stdout == ""
        return path.read_text(encoding="utf-8")
    return make


def hostile_lines(text):
    keys = {"root": "default" + text, "label": text, "program": text}
    return [violation(suffix=text, name=text, form=text, reason=text, **keys),
            violation(suffix=text, name=text, form=text, signatures="invalid", **keys),
            checks(1, **keys), problem(kind="k" + text, problem=text, list=text, consequence=text,
                                       program=text)]


# ---- What is told ----

def test_page_has_what_the_report_has(page, write):
    text = texts(page(write(
        checks(995, 5, 3), violation(count=3), violation(suffix="other.example", count=2),
        violation(suffix="forged.example", signatures="invalid", count=7, program="nginx"),
        checks(100, root=PARTNER, label="Partner"), checks(1, root="default", label="",
                                                           mode="enforce"),
        problem(dropped=12), b'{"rootscope":1,')))
    for part in ("Corp Root 2024", CORP, "not ready: 5 chains would be refused",
                 "checks 1,000 violations 5 rate 0.50 % signatures do not hold 3",
                 "evil.example dns 3 not-permitted 3 would be denied 2026-11-22T00:12:34Z",
                 "other.example dns 2", "Violations over time", "signatures do not hold: 7.",
                 "forged.example dns 7",
                 "To permit them rootscope permit abababababababab dns:evil.example"
                 " rootscope permit abababababababab dns:other.example",
                 "program checks violations told curl 1,000 5 5 nginx 0 0 0",
                 "Partner", "ready for mode enforce", "Roots that are not listed (default)",
                 "already enforced", "1 list-refused /l.rsl is no compiled list older-list-stays",
                 "(in no sum): 12", "Malformed lines (ignored): 1", "log",
                 "7 events, 2026-11-22T00:12:34Z to 2026-11-22T00:12:34Z"):
        assert part in text, part


def test_examples_have_room(page, write):
    """A cell whose words may break anywhere gets as narrow as one letter without a width."""
    text = page(write(violation(name="a-long-name." * 8 + "example")))
    cells = [a.get("class", "") for tag, a in parsed(text).elements if tag == "td"]
    assert "wide example" in cells and ".example{min-width:13rem}" in text


def test_bars_have_their_lengths(page, write):
    checker = parsed(page(write(violation(count=400), violation(suffix="b", count=100),
                                violation(suffix="c", count=1))))
    widths = [a["width"] for tag, a in checker.elements
              if tag == "rect" and a["height"] == "8.00" and "class" not in a]
    assert widths == ["100.00", "25.00", "1.00"]


def test_time_has_its_bars(page, write):
    checker = parsed(page(write(*[violation(time=f"2026-11-{day:02}T00:00:00Z", count=day)
                                  for day in range(1, 31)])))
    heights = [float(a["height"]) for tag, a in checker.elements
               if tag == "rect" and a["height"] != "8.00"]
    assert len(heights) >= 20 and max(heights) == 60 and heights[0] < 10


def test_long_tables_are_cut_unless_all_is_asked_for(page, write):
    path = write(*[violation(suffix=f"s{i}.example") for i in range(150)])
    assert "and 50 more rows; --all shows them" in texts(page(path))
    assert texts(page("--all", path)).count("would be denied") >= 150


def test_no_telemetry(page, write):
    assert "No telemetry." in texts(page(write()))


def test_page_replaces_the_old_one_at_once(rootscope, write, tmp_path):
    target = tmp_path / "page.html"
    target.write_text("old")
    opened = target.open()
    rootscope("report", "--html", target, write(checks(1)), check=True)
    assert opened.read() == "old" and "<html" in target.read_text()
    assert target.stat().st_mode & 0o777 == 0o644
    done = rootscope("report", "--html", tmp_path / "no" / "page.html", write(checks(1)))
    assert done.returncode == 2 and "page.html" in done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"page.html", "log"}


# ---- What must not happen ----

@pytest.mark.parametrize("text", MARKUP, ids=range(len(MARKUP)))
def test_hostile_telemetry_is_text(page, write, text):
    made = page("--all", write(*hostile_lines(text), *hostile_lines("plain")))
    twice_plain = page("--all", write(*hostile_lines("other"), *hostile_lines("plain")))
    assert ([tag for tag, _ in parsed(made).elements]
            == [tag for tag, _ in parsed(twice_plain).elements])
    forbidden = {c for c in text if not c.isprintable()} - {"\n"} | set("\ufffe\uffff")
    assert not forbidden & set(made)
    names = {name for _, attributes in parsed(made).elements for name in attributes}
    assert not {name for name in names if name.startswith("on") or name == "src"}


def test_invalid_utf8_in_a_path_is_text(page, write, tmp_path):
    path = write(checks(1))
    hostile = path.with_name("log\udcff<b>\x1b")
    path.rename(hostile)
    assert "log\\xff<b>\\x1b" in texts(page(hostile))


def test_page_loads_nothing(page, write):
    text = page(write(*hostile_lines("x"), violation()))
    assert_loads_nothing(text)


@pytest.fixture
def browser(tmp_path):
    """browser(path): the document as Chromium has it after loading, and its messages."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("no chromium")

    def load(path, *options):
        done = subprocess.run(
            [program, "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr",
             f"--user-data-dir={tmp_path}/profile", *options, "--dump-dom", path.as_uri()],
            capture_output=True, text=True, errors="replace", timeout=120,
            env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)})
        assert done.returncode == 0, done.stderr
        return done.stdout, done.stderr
    return load


def test_browser_shows_hostile_telemetry_as_text(page, browser, write, tmp_path):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.setblocking(False)
        port = listener.getsockname()[1]
        image = f"\"><img src=http://127.0.0.1:{port}/x onerror=\"document.title='owned'\">"
        made = page("--all", write(*[line for text in [image, *MARKUP]
                                     for line in hostile_lines(text)]))
        document, messages = browser(tmp_path / "page.html")
        with pytest.raises(BlockingIOError): # nobody came
            listener.accept()
    assert "<title>rootscope report</title>" in document
    checker = Checker()
    checker.feed(document)
    assert ([tag for tag, _ in checker.elements if tag != "rect"]
            == [tag for tag, _ in parsed(made).elements if tag != "rect"])
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in document
    assert "Content Security Policy" not in messages # nothing was even tried
