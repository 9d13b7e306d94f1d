# SPDX-License-Identifier: Apache-2.0
"""Command lines as a reader of the documentation types them, on a machine of its own."""

import json
import os
import pathlib
import re
import shutil

import pytest

import programs

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parents[1]
# Where root's tools are, whoever runs this.
TOOLS_PATH = os.environ["PATH"] + ":/usr/sbin:/sbin"


@pytest.fixture
def machine(tmp_path, module, command, analysis, fragments, own_mounts):
    """
    machine(lines, prepare, tools): what with_machine.py says of the lines. rootscope is installed
    there, and its list is not compiled. The test is skipped if one of the tools is missing.
    """
    place = re.search("^module = (.*)$", (fragments / "openssl-system.cnf").read_text(), re.M)[1]
    if not place.startswith("/usr/local/"):
        pytest.skip(f"this build is for {place}, and the examples run below /usr/local alone")
    if programs.PRELOAD:
        pytest.skip("programs without the sanitizer's runtime cannot load this module")
    local = tmp_path / "local"
    for source, path in ((module, place), (command, "/usr/local/bin/rootscope"),
                         (analysis, "/usr/local/libexec/rootscope/rootscope-analysis"),
                         (SOURCE / "conf/lists/root-programs.list",
                          "/usr/local/share/rootscope/root-programs.list"),
                         (SOURCE / "docs/examples/survey-dask",
                          "/usr/local/share/doc/rootscope/examples/survey-dask"),
                         *((stand_in, f"/usr/local/bin/{stand_in.name}")
                           for stand_in in (HERE / "stand_ins").iterdir()),
                         *((fragment, f"/usr/local/share/doc/rootscope/examples/{fragment.name}")
                           for fragment in fragments.glob("*.cnf"))):
        path = local / pathlib.Path(path).relative_to("/usr/local")
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, path)
    shutil.copy(HERE / "with_machine.py", tmp_path)
    shutil.copy(HERE / "with_syslog.py", tmp_path)

    def machine_(lines, prepare, tools):
        missing = [tool for tool in ("ip", *tools) if not shutil.which(tool, path=TOOLS_PATH)]
        if missing:
            pytest.skip(f"not installed: {' '.join(missing)}")
        (tmp_path / "lines.json").write_text(json.dumps(lines))
        (tmp_path / "prepare.sh").write_text(prepare)
        done = programs.run(*own_mounts, "--net", "--fork", "--pid", programs.PYTHON,
                            tmp_path / "with_machine.py", tmp_path, timeout=300)
        assert done.returncode == 0, done.output
        return json.loads(done.stdout)
    return machine_
