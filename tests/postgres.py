"""A throwaway PostgreSQL cluster of the tests' own, on a socket in a temporary folder."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.waiting import until

USER = "gateway"
NOBODY = "nobody"  # PostgreSQL does not run as root


def programs() -> Path:
    """The folder of PostgreSQL's programs, the newest version's. Fails where it is not installed."""
    folders = [path.parent for path in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))]
    if not folders:
        raise AssertionError("these tests need PostgreSQL (Debian: apt-get install postgresql)")
    return folders[-1]


@contextmanager
def cluster(durable: bool = False) -> Iterator[str]:
    """Starts one, gives the URL of an empty database, and removes it all. Unless ``durable`` it may lose all at a power cut."""
    folder, bin_ = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp")), programs()
    other = {"user": NOBODY, "group": pwd.getpwnam(NOBODY).pw_gid, "extra_groups": []} if os.getuid() == 0 else {}
    if other:
        shutil.chown(folder, NOBODY)
    data = str(folder / "data")
    try:
        subprocess.run([bin_ / "initdb", "-D", data, "-A", "trust", "-U", USER, "-E", "UTF8", "--locale=C", "--no-sync"],
                       check=True, capture_output=True, cwd=folder, **other)
        server = subprocess.Popen(
            [bin_ / "postgres", "-D", data, "-c", "listen_addresses=", "-c", f"unix_socket_directories={folder}",
             "-c", f"fsync={'on' if durable else 'off'}", "-c", "max_connections=60"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder, **other)
        try:
            until(lambda: subprocess.run([bin_ / "createdb", "-h", folder, "-U", USER, "bank"], capture_output=True,
                                         check=False).returncode == 0)
            yield f"postgresql://{USER}@/bank?host={folder}"
        finally:
            server.terminate()
            server.wait(60)
    finally:
        shutil.rmtree(folder)
