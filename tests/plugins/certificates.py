"""Certificates for servers of a test, made on the spot: good for now, or run out long ago."""

import shutil
import subprocess
from pathlib import Path

from tests.plugins.required import absent

_CONFIG = """
[ca]
default_ca = here
[here]
dir = {folder}
database = {folder}/index.txt
serial = {folder}/serial
new_certs_dir = {folder}
default_md = sha256
policy = any
copy_extensions = copy
[any]
commonName = supplied
"""


def certificate(folder: Path, *, since: str, until: str) -> tuple[Path, Path]:
    """Return a certificate of localhost, signed by itself, and its key; times as `20200131000000Z`.

    Ends the test as one that cannot run here where there is no openssl.
    """
    if shutil.which("openssl") is None:
        absent("openssl", "no openssl command was found to make a certificate with")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.txt").write_text("")
    (folder / "serial").write_text("01\n")
    (folder / "ca.cnf").write_text(_CONFIG.format(folder=folder))
    key, asked, made = folder / "key.pem", folder / "asked.pem", folder / "cert.pem"
    _openssl(
        "req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost",
        "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
        "-keyout", str(key), "-out", str(asked),
    )  # fmt: skip
    _openssl(
        "ca", "-batch", "-selfsign", "-config", str(folder / "ca.cnf"), "-keyfile", str(key),
        "-in", str(asked), "-startdate", since, "-enddate", until, "-notext", "-out", str(made),
    )  # fmt: skip
    return made, key


def _openssl(*arguments: str) -> None:
    done = subprocess.run(["openssl", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
