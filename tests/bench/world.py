# SPDX-License-Identifier: Apache-2.0
"""What every measurement needs: the build, chains, lists, configurations, and how to count."""

import os
import pathlib
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGETS = ["rootscope-command", "rootscope-analysis", "rootscope", "bench_make_chains",
           "bench_verify", "empty_provider", "make_telemetry", "parse_bare", "bench_survey",
           "forged_chains", "probe_stack"]

# What the root under test is meant for, and what its chains must not name.
GOOD, BAD = "corp.example", "evil.example"


def say(text):
    print(f"[{time.monotonic() - STARTED:5.0f} s] {text}", file=sys.stderr, flush=True)


STARTED = time.monotonic()


class Missing(Exception):
    """This machine lacks what a row needs."""


def need(program):
    found = shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin")
    if not found:
        raise Missing(f"{program} is not installed")
    return found


def run(*argv, env=None, input=None):
    """The output of a program that must succeed."""
    done = subprocess.run([str(a) for a in argv], input=input, env=env, capture_output=True,
                          text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, argv))}: exit {done.returncode}\n"
                           f"{done.stdout}{done.stderr}")
    return done.stdout


def suffixes(count, domain=GOOD):
    return [f"s{i}.{domain}" for i in range(count)]


class World:
    """A folder for one run; `with` removes it."""

    def __init__(self, build):
        self.build = pathlib.Path(build).resolve()
        self.verify = self.build / "tests/bench/bench_verify"
        self.command = self.build / "command/rootscope"
        self.module = self.build / "provider/rootscope.so"
        self.empty_provider = self.build / "tests/bench/empty_provider.so"

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="rootscope-bench-")
        self.folder = pathlib.Path(self._folder.name)
        self._chains, self._lists = {}, {}
        self.bare = self.conf("bare")
        return self

    def __exit__(self, *_):
        self._folder.cleanup()

    # Material

    def chain(self, key="rsa", set=0, length=3, names=2, suffixes=100, constrained=False,
              domain=GOOD):
        """The file of a chain, as make_chains describes it."""
        return self.chains(dict(key=key, set=set, length=length, names=names, suffixes=suffixes,
                                constrained=constrained, domain=domain))[0]

    def chains(self, *orders):
        """The files of several chains, whose keys of one set are the same only if made at once."""
        lines, files = [], []
        standard = dict(key="rsa", set=0, length=3, names=2, suffixes=100, constrained=False,
                        domain=GOOD)
        for order in orders:
            order = {**standard, **order}
            name = f"chain{len(self._chains) + len(lines)}"
            lines.append(f"{name} {order['key']} {order['set']} {order['length']} "
                         f"{order['names']} {order['suffixes']} {int(order['constrained'])} "
                         f"{order['domain']}\n")
            files.append(self.folder / f"{name}.chain")
        self._chains.update(zip(lines, files))
        run(self.build / "tests/bench/bench_make_chains", self.folder, input="".join(lines))
        return files

    def root_line(self, chain, by="spki"):
        """The line of a list for the root of a chain: by its key or as a certificate."""
        pem = chain.with_suffix(".pem")
        if by == "spki":
            return f'root pem:{pem.name} "{chain.stem}"\n'
        fingerprint = run("openssl", "x509", "-in", pem, "-noout", "-fingerprint", "-sha256")
        return f"root cert-sha256:{fingerprint.split('=')[1].strip()}\n"

    def source(self, chains, roots=150, permitted=1500, by="spki", shared=False):
        """
        A list: the roots of the chains share one stanza of `permitted` suffixes, and more roots
        make up `roots`, each with as many suffixes of its own, or of the same if `shared`.
        """
        source = self.folder / f"list{len(self._lists)}.list"
        self._lists[source] = True
        with open(source, "w") as out:
            out.writelines(self.root_line(chain, by) for chain in chains)
            body = "".join(f"    permit {s}\n" for s in suffixes(permitted))
            out.write(body)
            for i in range(roots - 1):
                out.write(f'root spki-sha256:{i * 0x9e3779b97f4a7c15 % (1 << 256):064x}\n')
                if not shared:
                    domain = f"root{i}.example"
                    body = "".join(f"    permit {s}\n" for s in suffixes(permitted, domain))
                if not shared or i == roots - 2:
                    out.write(body)
        return source

    def list(self, chains, **options):
        """The same, compiled."""
        return self.compiled(self.source(chains, **options))

    def compiled(self, source):
        image = source.with_suffix(".rsl")
        run(self.command, "compile", "-o", image, source)
        return image

    def conf(self, name, list=None, provider=None, settings="telemetry = off\n"):
        """
        A configuration with the default provider, and the module or another one beside, which is a
        name of OpenSSL's or a file.
        """
        path = self.folder / f"{name}.cnf"
        is_file = isinstance(provider, pathlib.Path)
        other = "rootscope" if list else "other" if is_file else provider
        text = ("openssl_conf = init\n[init]\nproviders = providers\n"
                "[providers]\ndefault = default_sect\n")
        text += f"{other} = other_sect\n" if other else ""
        text += "[default_sect]\nactivate = 1\n[other_sect]\nactivate = 1\n"
        if is_file:
            text += f"module = {provider}\n"
        if list:
            text += f"module = {self.module}\nlist = {list}\n{settings}"
        path.write_text(text)
        return path

    # Measures

    def environment(self, conf, **more):
        kept = ("PATH", "LD_LIBRARY_PATH", "HOME")
        env = {name: os.environ[name] for name in kept if name in os.environ}
        return dict(env, OPENSSL_CONF=str(conf), LC_ALL="C.UTF-8", **more)

    def judged(self, denied, accepted, conf):
        """The arguments of the verifications that end a run; nothing is denied without a list."""
        if "list =" not in conf.read_text():
            return ["--accepted", denied]
        return ["--denied", denied, *(["--accepted", accepted] if accepted else [])]

    def instructions(self, conf, cases, denied, accepted=None, options=()):
        """For each case KIND:COUNT:CHAIN the instructions of one verification, by callgrind."""
        need("valgrind")
        out = self.folder / "callgrind.out"
        run("valgrind", "-q", "--tool=callgrind", f"--callgrind-out-file={out}",
            "--toggle-collect=bench_measured", "--dump-after=bench_measured", self.verify, *options,
            *self.judged(denied, accepted, conf), *cases,
            # So that no first call of a function is counted.
            env=self.environment(conf, LD_BIND_NOW="1"))
        counted = []
        for i, case in enumerate(cases, 1):
            part = pathlib.Path(f"{out}.{i}")
            total = re.search(r"^(?:totals|summary): (\d+)", part.read_text(), re.M)
            counted.append(int(total.group(1)) / int(str(case).split(":")[1]))
        for part in self.folder.glob("callgrind.out*"):
            part.unlink()
        return counted

    def times(self, conf, cases, denied, rounds, accepted=None, options=()):
        """
        For each case a list of figures, nanoseconds of one verification: one for each round, or
        with the option --in-turn one for each verification.
        """
        output = run(self.verify, "--rounds", rounds, *options,
                     *self.judged(denied, accepted, conf), *cases, env=self.environment(conf))
        found = [[] for _ in cases]
        for i, ns in re.findall(r"^case (\d+) ([\d.]+)$", output, re.M):
            found[int(i)].append(float(ns))
        return found

    def processor_times(self, runs, rounds):
        """
        Runs each (argv, env) in turn, `rounds` times; for each a list of the microseconds of
        processor time that it took, from its start to its end.
        """
        return [[us for us, _ in figures] for figures in self.processes(runs, rounds)]

    def processes(self, runs, rounds):
        """The same, each with the page faults that it took."""
        found = [[] for _ in runs]
        with open(os.devnull, "w") as nothing, open(self.folder / "stderr", "w+") as errors:
            quiet = [(os.POSIX_SPAWN_DUP2, nothing.fileno(), 1),
                     (os.POSIX_SPAWN_DUP2, errors.fileno(), 2)]
            for _ in range(rounds):
                for figures, (argv, env) in zip(found, runs):
                    argv = [str(a) for a in argv]
                    pid = os.posix_spawnp(argv[0], argv, env, file_actions=quiet)
                    _, status, usage = os.wait4(pid, 0)
                    if status != 0:
                        errors.seek(0)
                        raise RuntimeError(f"{' '.join(argv)}: status {status}\n{errors.read()}")
                    figures.append(((usage.ru_utime + usage.ru_stime) * 1e6, usage.ru_minflt))
        return found


def median(figures):
    return statistics.median(figures)


def quiet(ours, rival):
    """
    Of pairs that were measured in turn the tenth that took least time. Others' work on the same
    processor, on a virtual machine also that of its neighbours, makes everything take half as long
    again for seconds at a time.
    """
    pairs = sorted(zip(ours, rival), key=sum)
    return pairs[:max(1, len(pairs) // 10)]


def quiet_ratio(ours, rival):
    return statistics.median(a / b for a, b in quiet(ours, rival))


def quiet_difference(ours, rival):
    return statistics.median(a - b for a, b in quiet(ours, rival))


def quiet_rival(ours, rival):
    return statistics.median(b for _, b in quiet(ours, rival))


def median_ratio(ours, rival):
    """Of pairs that were measured in turn."""
    return statistics.median(a / b for a, b in zip(ours, rival))


def median_difference(ours, rival):
    return statistics.median(a - b for a, b in zip(ours, rival))


def machine(world):
    """What the figures depend on, in a few lines."""
    model = re.search(r"^model name\s*: (.*)$", pathlib.Path("/proc/cpuinfo").read_text(), re.M)
    release = re.search(r'^PRETTY_NAME="(.*)"', pathlib.Path("/etc/os-release").read_text(), re.M)
    compiler = re.search(r"^CMAKE_C_COMPILER:\w+=(.*)$",
                         (world.build / "CMakeCache.txt").read_text(), re.M).group(1)
    return [
        f"{model.group(1) if model else platform.machine()}, {os.cpu_count()} processors",
        f"{release.group(1)}, Linux {platform.release()}",
        run("openssl", "version").strip(),
        run(compiler, "--version").splitlines()[0],
    ]
