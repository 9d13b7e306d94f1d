# SPDX-License-Identifier: Apache-2.0
"""
The options of every subcommand: help, manual and completion agree, and short forms mean one thing.
"""

import collections
import pathlib
import re
import subprocess

import pytest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
MANUAL = (SOURCE / "docs" / "rootscope.1").read_text()
COMPLETION = SOURCE / "conf" / "completion" / "rootscope.bash"

Option = collections.namedtuple("Option", "name letter argument")
SPELLING = r"(?:-(\w), )?--([A-Za-z-]+)(?: ([^\s,]+))?"


@pytest.fixture(scope="module")
def commands(rootscope):
    overview = rootscope("--help", check=True).stdout
    names = re.findall(r"^  ([a-z][a-z-]*) +\S", overview, re.M)
    assert len(names) > 5 and names.pop() == "help"
    return names


def options_of_help(rootscope, command):
    text = rootscope("help", command, check=True).stdout
    return [Option(name, letter, argument) for letter, name, argument
            in re.findall(rf"^  (?:    )?{SPELLING}  ", text, re.M)]


def text_of(line):
    """What a line of a man page that changes the font shows."""
    macro, _, words = line.partition(" ")
    shown = [a or b for a, b in re.findall(r'"([^"]*)"|(\S+)', words)]
    if macro in (".B", ".I", ".SS"):
        shown = [" ".join(shown)]
    return re.sub(r"\\f[A-Z]", "", "".join(shown)).replace("\\-", "-")


def sections(level):
    """Heading and lines of each section of the manual."""
    parts = re.split(rf"^\.{level} (.*)$", MANUAL, flags=re.M)
    return {text_of(f".SS {heading}"): body.splitlines()
            for heading, body in zip(parts[1::2], parts[2::2])}


def options_of_manual(command):
    """The options that have paragraphs with tags in the command's section."""
    lines = re.split(r"^\.S[HS] ", "\n".join(sections("SS")[command]), flags=re.M)[0].splitlines()
    tags = [text_of(lines[i + 1]) for i, line in enumerate(lines[:-1]) if line == ".TP"]
    return [Option(name, letter, argument) for tag in tags if tag.startswith("-")
            for letter, name, argument in re.findall(SPELLING, tag)]


def completed(command, *words):
    """What completion offers for the last word."""
    script = 'complete() { :; }; compopt() { :; }; . "$1"; shift; COMP_WORDS=("$@"); ' \
             'COMP_CWORD=$(($# - 1)); _rootscope "$1" "${@: -1}" "${@: -2:1}"; ' \
             'printf "%s\\n" "${COMPREPLY[@]}"'
    return subprocess.run(["bash", "-c", script, "bash", COMPLETION, command, *words], check=True,
                          stdout=subprocess.PIPE, text=True).stdout.split()


def test_manual_has_the_options_of_the_help(rootscope, commands):
    for command in commands:
        section = "export extension" if command == "export" else command
        shown = [o for o in options_of_help(rootscope, command) if o.name != "help"]
        assert shown == options_of_manual(section), command


def test_manual_has_a_section_and_a_synopsis_for_every_command(commands):
    synopsis = sections("SH")["SYNOPSIS"]
    for command in commands:
        named = "export extension" if command == "export" else command
        assert named in sections("SS"), command
        assert any(text_of(line).startswith(f"rootscope {command}") for line in synopsis), command


def test_manual_has_every_reason():
    """JSON has these words, and programs read them."""
    words = re.findall(r'\[RS_REASON_\w+\] =\s*\{\w+,\s*"([a-z-]+)"',
                       (SOURCE / "lib" / "names" / "verdict.c").read_text())
    reasons = re.split(r"^Reasons:$", MANUAL, flags=re.M)[1].split(".PP", 1)[0]
    assert len(words) > 15
    described = re.findall(r"^\.BR? ([a-z-]+)", reasons, re.M)
    assert set(words) - set(described) == set()


def test_every_command_has_the_option_help(rootscope, commands):
    for command in commands:
        assert options_of_help(rootscope, command)[-1] == Option("help", "h", ""), command


def test_a_short_option_means_the_same_everywhere(rootscope, commands):
    names = collections.defaultdict(set)
    for command in commands:
        for option in options_of_help(rootscope, command):
            names[option.letter].add(option.name)
    del names[""]
    assert {letter: found for letter, found in names.items() if len(found) > 1} == {}


def test_completion_offers_commands_and_their_options(command, rootscope, commands):
    assert completed(command, "") == [*commands, "help", "--help", "--version"]
    assert completed(command, "help", "se") == ["set-mode"]
    for name in commands:
        options = [f"--{option.name}" for option in options_of_help(rootscope, name)]
        assert completed(command, name, "-") == options, name


def test_completion_of_values_and_arguments(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in "a.pem", "b.list", "c.rsl", "d.log":
        (tmp_path / name).touch()
    (tmp_path / "folder").mkdir()
    for words, offered in (
            (["add", "--mode", ""], ["test", "enforce"]),
            (["add", "-m", "t"], ["test"]),
            (["add", "--label", ""], []),
            (["add", ""], ["a.pem", "folder"]),
            (["check", "--CApath", ""], ["folder"]),
            (["compile", ""], ["b.list", "folder"]),
            (["export", ""], ["extension"]),
            (["export", "extension", ""], ["c.rsl", "folder"]),
            (["set-mode", "-q", ""], ["enforce", "test", "off"]),
            (["set-mode", "test", ""], []),
            (["report", "--follow", ""], ["a.pem", "b.list", "c.rsl", "d.log", "folder"])):
        assert sorted(set(completed(command, *words))) == sorted(offered), words
