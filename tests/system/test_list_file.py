# SPDX-License-Identifier: Apache-2.0
"""A list that cannot be trusted is none, and one that is bad does not displace a good one."""

import functools
import os
import shutil
import stat
import struct
import time

import pytest

import expect
import programs
from pki import corp_source
from programs import mtls_server, present

HASH_FACTOR = 0x9e3779b97f4a7c15
SIZE_MAX = 32 * 1024 * 1024
AS_NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")


@pytest.fixture
def image(corp_list):
    """The bytes of a good list."""
    return corp_list.read_bytes()


def conclude(pki, openssl_conf, path, **options):
    """A list at this path counts for none, in each entry; options are programs.run's."""
    for entry in "provider", "conf-module":
        for on_list_error, expected in (("deny", expect.all_denied),
                                        ("allow", expect.all_allowed)):
            conf = openssl_conf(list=path, entry=entry, on_list_error=on_list_error)
            expected(pki, conf, timeout=30, **options)


def write(tmp_path, contents):
    path = tmp_path / "bad.rsl"
    path.write_bytes(contents)
    return path


def test_missing_denies(pki, tmp_path, openssl_conf):
    conclude(pki, openssl_conf, tmp_path / "none.rsl")


def test_missing_folder_denies(pki, tmp_path, openssl_conf):
    conclude(pki, openssl_conf, tmp_path / "none" / "none.rsl")


def test_empty_denies(pki, tmp_path, openssl_conf):
    conclude(pki, openssl_conf, write(tmp_path, b""))


def test_source_instead_of_list_denies(pki, tmp_path, openssl_conf):
    conclude(pki, openssl_conf, write(tmp_path, corp_source(pki).encode()))


def test_truncated_denies(pki, tmp_path, openssl_conf, image):
    for size in (1, 7, 8, 63, 64, len(image) // 2, len(image) - 8, len(image) - 1):
        expect.all_denied(pki, openssl_conf(list=write(tmp_path, image[:size])))
    conclude(pki, openssl_conf, write(tmp_path, image[:-1]))


def test_extended_denies(pki, tmp_path, openssl_conf, image):
    for tail in b"\0", b"\0" * 8, image:
        expect.all_denied(pki, openssl_conf(list=write(tmp_path, image + tail)))


def test_flipped_bit_denies(pki, tmp_path, openssl_conf, image):
    """A sample of the bytes, the whole head among them; the unit tests flip each."""
    conf = openssl_conf(list=tmp_path / "bad.rsl")
    for at in [*range(0, min(96, len(image))), *range(96, len(image), 17)]:
        flipped = bytearray(image)
        flipped[at] ^= 1 << at % 8
        write(tmp_path, flipped)
        outcome = programs.verify(pki.root, pki.good, conf=conf)
        assert not outcome.accepted and outcome.error in expect.NAME_ERRORS, f"byte {at}"
    expect.accepted(programs.verify(pki.root, pki.good))


def checksum(contents):
    """As docs/image-format.md has it; a second opinion, so that only the version is wrong."""
    def step(hash, word):
        mixed = (hash ^ word) * HASH_FACTOR % 2**64
        return mixed ^ mixed >> 32
    lanes = [1, 2, 3, 4]
    blank = contents[:16] + bytes(8) + contents[24:]
    for at, (word,) in enumerate(struct.iter_unpack("<Q", blank)):
        lanes[at % 4] = step(lanes[at % 4], word)
    return functools.reduce(step, lanes, 0)


def with_version(image, version):
    contents = image[:8] + version.to_bytes(4, "little") + image[12:]
    return contents[:16] + checksum(contents).to_bytes(8, "little") + contents[24:]


def test_other_version_denies(pki, tmp_path, openssl_conf, image):
    version = int.from_bytes(image[8:12], "little")
    assert with_version(image, version) == image
    for other in 0, version - 1, version + 1, 255, 2**32 - 1:
        expect.all_denied(pki, openssl_conf(list=write(tmp_path, with_version(image, other))))
    conclude(pki, openssl_conf, tmp_path / "bad.rsl")


def test_too_large_denies(pki, tmp_path, openssl_conf, image):
    path = write(tmp_path, image)
    os.truncate(path, SIZE_MAX + 1)
    conclude(pki, openssl_conf, path)


def test_folder_denies(pki, tmp_path, openssl_conf):
    conclude(pki, openssl_conf, tmp_path)


def test_fifo_denies(pki, tmp_path, openssl_conf):
    """And nobody waits for a writer."""
    os.mkfifo(tmp_path / "fifo.rsl", 0o644)
    conclude(pki, openssl_conf, tmp_path / "fifo.rsl")


def test_device_denies(pki, openssl_conf):
    conclude(pki, openssl_conf, "/dev/zero")


@pytest.mark.parametrize("mode", [0o664, 0o646, 0o666, 0o622, 0o4666])
def test_writable_by_others_denies(pki, corp_list, openssl_conf, mode):
    corp_list.chmod(mode)
    conclude(pki, openssl_conf, corp_list)


@pytest.mark.parametrize("mode", [0o400, 0o444, 0o600, 0o644, 0o755])
def test_writable_by_owner_enforced(pki, corp_list, openssl_conf, mode):
    corp_list.chmod(mode)
    expect.enforced(pki, openssl_conf(list=corp_list))


def test_symbolic_link_enforced(pki, corp_list, tmp_path, openssl_conf):
    (tmp_path / "link.rsl").symlink_to(corp_list)
    expect.enforced(pki, openssl_conf(list=tmp_path / "link.rsl"))


@pytest.fixture
def as_nobody(public_dir, pki, module):
    """as_nobody(list, mode): `openssl verify` of the good leaf by a user without privileges."""
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("needs root and setpriv, to become another user")
    for path in module, pki.root.pem, pki.good.pem, pki.good.untrusted:
        shutil.copy(path, public_dir)

    def verify(list, mode, on_list_error, conf):
        shutil.copy(list, public_dir / "list.rsl")
        (public_dir / "list.rsl").chmod(mode)
        text = conf(list=public_dir / "list.rsl", module=public_dir / module.name,
                    on_list_error=on_list_error).read_text()
        (public_dir / "openssl.cnf").write_text(text)
        for path in public_dir.iterdir():
            if path.suffix != ".rsl":
                path.chmod(0o644)
        done = programs.run(*AS_NOBODY, programs.OPENSSL, "verify",
                            "-CAfile", public_dir / pki.root.pem.name,
                            "-untrusted", public_dir / pki.good.untrusted.name,
                            public_dir / pki.good.pem.name, conf=public_dir / "openssl.cnf")
        return programs.Outcome.of(done.returncode == 0, done.output)
    return verify


def test_unreadable_denies(as_nobody, corp_list, openssl_conf):
    expect.refused(as_nobody(corp_list, 0o600, "deny", openssl_conf),
                   as_nobody(corp_list, 0o644, "deny", openssl_conf))
    expect.accepted(as_nobody(corp_list, 0o600, "allow", openssl_conf))


def replace(path, contents):
    """As `rootscope compile` does: the file is whole at any moment."""
    new = path.with_suffix(".new")
    new.write_bytes(contents)
    new.chmod(0o644)
    new.rename(path)


def damage(image):
    flipped = bytearray(image)
    flipped[len(flipped) // 2] ^= 0x10
    return bytes(flipped)


@pytest.mark.parametrize("spoil", [
    lambda path, image: replace(path, damage(image)),
    lambda path, image: replace(path, b""),
    lambda path, image: replace(path, image[:-1]),
    lambda path, image: replace(path, with_version(image, image[8] + 1)),
    lambda path, image: path.write_bytes(b"rubbish"),
    lambda path, image: path.unlink(),
    lambda path, image: path.chmod(0o666) or path.write_bytes(image),
    lambda path, image: (path.unlink(), path.mkdir()),
    lambda path, image: (path.unlink(), os.mkfifo(path)),
], ids=["damaged", "empty", "truncated", "next version", "in place", "gone", "writable", "folder",
        "fifo"])
def test_bad_newer_list_keeps_last_good(pki, compile_list, openssl_conf, spoil):
    """... in a running server, which takes the next good one all the same."""
    path = compile_list(corp_source(pki))
    free = compile_list(corp_source(pki, head="mode test\n")).read_bytes()
    with mtls_server(pki, openssl_conf(list=path, refresh=1)) as s:
        spoil(path, free)
        deadline = time.monotonic() + 2.5
        while time.monotonic() < deadline:
            assert present(s, pki, pki.bad).error == programs.PERMITTED_VIOLATION
            expect.accepted(present(s, pki, pki.good))
        if path.is_dir():
            path.rmdir()
        replace(path, free)
        assert programs.eventually(lambda: present(s, pki, pki.bad).accepted)


def test_first_list_that_comes_later_is_taken(pki, compile_list, openssl_conf, tmp_path):
    path = tmp_path / "later.rsl"
    with mtls_server(pki, openssl_conf(list=path, refresh=1)) as s:
        assert present(s, pki, pki.good).error in expect.NAME_ERRORS
        compile_list(corp_source(pki), path)
        assert programs.eventually(lambda: present(s, pki, pki.good).accepted)
        assert present(s, pki, pki.bad).error == programs.PERMITTED_VIOLATION


def test_compile_failure_writes_nothing(pki, tmp_path, rootscope, compile_list):
    path = compile_list(corp_source(pki))
    before, status = path.read_bytes(), path.stat()
    source = tmp_path / "wrong.list"
    source.write_text(corp_source(pki) + "    permit *.corp.example\n    permitt x\n")
    folder = sorted(os.listdir(tmp_path))
    done = rootscope("compile", "-o", path, source)
    assert done.returncode != 0
    assert f"{source}:6:" in done.stderr and f"{source}:5:" in done.stderr, done.stderr
    assert path.read_bytes() == before
    assert path.stat().st_mtime_ns == status.st_mtime_ns and path.stat().st_ino == status.st_ino
    assert sorted(os.listdir(tmp_path)) == folder
    assert rootscope("compile", "-o", tmp_path / "new.rsl", source).returncode != 0
    assert sorted(os.listdir(tmp_path)) == folder


def test_compile_same_input_same_bytes(pki, tmp_path, rootscope):
    """Wherever it is compiled, and whenever."""
    text = corp_source(pki) + "".join(f"    permit host{n}.corp{n % 7}.test\n" for n in range(500))
    images = []
    for folder in tmp_path / "a", tmp_path / "b":
        folder.mkdir()
        (folder / "same.list").write_text(text)
        rootscope("compile", "-o", folder / "out.rsl", folder / "same.list", check=True)
        images.append((folder / "out.rsl").read_bytes())
    assert images[0] == images[1]


@pytest.mark.parametrize("umask", ["000", "022", "077", "777"])
def test_compile_mode_whatever_the_umask(pki, tmp_path, command, run, umask):
    source = tmp_path / "corp.list"
    source.write_text(corp_source(pki))
    run("sh", "-c", 'umask "$1"; shift; exec "$@"', "sh", umask, command, "compile", "-o",
        tmp_path / "out.rsl", source, check=True)
    assert stat.S_IMODE((tmp_path / "out.rsl").stat().st_mode) == 0o644


def test_compile_over_a_wider_file_narrows_it(pki, compile_list):
    path = compile_list(corp_source(pki))
    path.chmod(0o666)
    compile_list(corp_source(pki), path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
