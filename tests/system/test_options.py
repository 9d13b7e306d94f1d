# SPDX-License-Identifier: Apache-2.0
"""
The options of every subcommand: help, manual and completion agree, and short forms mean one thing.
"""

import collections
import pathlib
import re
import shutil

import pytest

import programs

SOURCE = pathlib.Path(__file__).resolve().parents[2]
COMPLETION = SOURCE / "conf" / "completion" / "rootscope.bash"
ZSH_COMPLETION = COMPLETION.with_suffix(".zsh")

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


def shown(text):
    """What a line of a man page shows, without its fonts."""
    return re.sub(r"\\f[A-Z]", "", text).replace("\\-", "-").replace("\\(dq", '"')


def sections(manual, command):
    """Heading and lines of each section of a subcommand's page, as it is installed."""
    parts = re.split(r"^\.SH (.*)$", (manual / f"rootscope-{command}.1").read_text(), flags=re.M)
    return {heading: body.splitlines()[1:] for heading, body in zip(parts[1::2], parts[2::2])}


def options_of_manual(manual, command):
    lines = sections(manual, command)["OPTIONS"]
    tags = [shown(lines[i + 1]) for i, line in enumerate(lines[:-1]) if line == ".TP"]
    return [Option(name, letter, argument) for tag in tags
            for letter, name, argument in re.findall(SPELLING, tag)]


def completed(command, *words):
    """What completion offers for the last word."""
    script = 'complete() { :; }; compopt() { :; }; . "$1"; shift; COMP_WORDS=("$@"); ' \
             'COMP_CWORD=$(($# - 1)); _rootscope "$1" "${@: -1}" "${@: -2:1}"; ' \
             'printf "%s\\n" "${COMPREPLY[@]}"'
    return shell_prints("bash", "-c", script, "bash", COMPLETION, command, *words).split()


def completed_by_zsh(command, *words):
    """What the function for zsh would let zsh offer: descriptions, or option specifications."""
    script = '_describe() { print -rl -- ${(P)2} }; _arguments() { print -rl -- "$@" }; ' \
             'completion=$1; shift; words=("$@") CURRENT=$#; set --; . $completion'
    return shell_prints("zsh", "-fc", script, "zsh", ZSH_COMPLETION, command, *words).splitlines()


def shell_prints(*argv):
    # The command is not waited for once its first lines were enough: no time to look for leaks.
    return programs.run(*argv, env={"ASAN_OPTIONS": "detect_leaks=0"}, check=True).stdout


def test_manual_has_the_options_of_the_help(manual, rootscope, commands):
    for command in commands:
        options = options_of_help(rootscope, command)[:-1]
        if options:
            assert options_of_manual(manual, command) == options, command
        else:
            assert "OPTIONS" not in sections(manual, command), command


def test_every_command_has_a_page_with_its_name_and_usage(manual, rootscope, commands):
    overview = shown((manual / "rootscope.1").read_text())
    for command in commands:
        page = sections(manual, command)
        assert shown(page["NAME"][0]).startswith(f"rootscope-{command} - "), command
        text = rootscope("help", command, check=True).stdout
        usage = text.split("\n\n")[0].replace("Usage:", "").split()
        synopsis = " ".join(shown(line) for line in page["SYNOPSIS"] if line[0] != ".")
        assert synopsis == " ".join(usage), command
        assert f".BR rootscope-{command} (1)" in overview, command
        assert f"rootscope-{command}(1)" in text, command


def test_manual_names_the_paths_of_this_build(manual, fragments):
    pages = [shown(path.read_text()) for path in manual.glob("*.[157]*")
             if path.suffix not in (".in", ".help")]
    assert len(pages) > 10
    assert not [page for page in pages if re.search("@[A-Z_]+@", page)]
    module = re.search("^module = .*", (fragments / "openssl-system.cnf").read_text(), re.M)[0]
    assert any(module in page for page in pages)


def test_manual_has_every_reason(manual):
    """JSON has these words, and programs read them."""
    words = re.findall(r'\[RS_REASON_\w+\] =\s*\{\w+,\s*"([a-z-]+)"',
                       (SOURCE / "lib" / "names" / "verdict.c").read_text())
    page = (manual / "rootscope-check.1").read_text()
    reasons = re.split(r"^Reasons:$", page, flags=re.M)[1].split(".PP", 1)[0]
    assert len(words) > 15
    described = re.findall(r"^\.BR? ([a-z-]+)", reasons, re.M)
    assert set(words) - set(described) == set()


def test_every_command_has_the_option_help(rootscope, commands):
    for command in commands:
        assert options_of_help(rootscope, command)[-1] == Option("help", "h", ""), command


def test_usage_has_every_option_or_a_word_for_all(rootscope, commands):
    for command in commands:
        usage = rootscope("help", command, check=True).stdout.split("\n\n")[0]
        if "[OPTION...]" not in usage:
            words = set(re.findall(r"-[A-Za-z-]+", usage))
            for option in options_of_help(rootscope, command):
                assert option.name == "help" or words & {f"--{option.name}", f"-{option.letter}"}, \
                    (command, option)


def test_help_has_the_exit_statuses_of_the_manual(manual, rootscope, commands):
    """All of a command that has more than success and error."""
    for command in commands:
        found = re.search(r"^Exit status: ((?:.|\n\S)*)\.$",
                          rootscope("help", command, check=True).stdout, re.M)
        of_help = re.findall(r"(?:^|, )(\d)\s", found[1]) if found else ["0", "2"]
        page = "\n".join(sections(manual, command)["EXIT STATUS"])
        assert re.findall(r"^\.B (\d)$", page, re.M) == of_help, command


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


EXPORTS = ["extension", "json", "chrome-policy", "p11-kit", "go", "bundle"]
ALL = ["a.pem", "b.list", "c.rsl", "d.log", "folder"]


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
            (["export", ""], EXPORTS),
            (["export", "p11"], ["p11-kit"]),
            (["export", "extension", ""], ["c.rsl", "folder"]),
            (["export", "bundle", ""], ["c.rsl", "folder"]),
            (["survey", ""], ["merge", "summary", *ALL]),
            (["survey", "merge", ""], ALL),
            (["propose", ""], ALL),
            (["evaluate", ""], ALL),
            (["diff", ""], ALL),
            (["set-mode", "-q", ""], ["enforce", "test", "off"]),
            (["set-mode", "test", ""], []),
            (["report", "--follow", ""], ALL)):
        assert sorted(set(completed(command, *words))) == sorted(offered), words


@pytest.mark.skipif(not shutil.which("zsh"), reason="zsh is not installed")
def test_zsh_offers_commands_and_their_options(command, rootscope, commands):
    offered = completed_by_zsh(command, "")
    assert [line.split(":")[0] for line in offered] == [*commands, "help", "--help", "--version"]
    for name in commands:
        specs = [spec for spec in completed_by_zsh(command, name, "-") if spec.startswith("-")]
        assert all(re.fullmatch(r"[^[]+\[(\\.|[^]\[\\:])*\](:[^:]+:.+)?", spec) for spec in specs)
        found = {re.match("[^[]*", spec)[0] for spec in specs}
        options = options_of_help(rootscope, name)
        assert found == ({f"--{option.name}{option.argument and '='}" for option in options}
                         | {f"-{option.letter}" for option in options if option.letter}), name
    for words, last in ((["compile", ""], '*:argument:_files -g "*.list(-.)"'),
                        (["add", ""], '*:argument:_files -g "*.(pem|crt|cer|der|p7b)(-.)"'),
                        (["export", ""], '*:argument:_files -g "*.rsl(-.)"')):
        assert completed_by_zsh(command, *words)[-1] == last, words
    for words, argument in (
            (["set-mode", ""], "(enforce test off)"),
            (["export", ""], f"({' '.join(EXPORTS)})"),
            (["survey", ""], " _alternative 'words\\:word\\:(merge summary)' "
                             "'arguments\\:argument\\:_files'")):
        [spec] = [spec for spec in completed_by_zsh(command, *words) if spec[:2] == "1:"]
        assert spec == f"1:word:{argument}", words
