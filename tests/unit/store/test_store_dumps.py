"""A crash leaves no picture of the memory; the control shows that the same crash would have left one."""

import os
import sys

import pytest

from tests.case_facts import ROOT

resource = pytest.importorskip("resource", reason="Windows reports crashes in its own way")

CRASH = """
import os, resource, sys
folder, root, how = sys.argv[1:]
os.chdir(folder)
resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2)
sys.path.insert(0, root)
if how == "refusing":
    from app.store.dumps import refuse_dumps
    refuse_dumps()
os.abort()
"""


def dumped(folder, how: str) -> bool:
    """Whether the system dumped the core of a program that crashed in ``folder``."""
    command = [sys.executable, "-c", CRASH, str(folder), str(ROOT), how]
    return os.WCOREDUMP(os.waitpid(os.posix_spawn(sys.executable, command, os.environ), 0)[1])


@pytest.mark.skipif(sys.platform != "linux", reason="of the kernel's core files")
@pytest.mark.skipif(resource.getrlimit(resource.RLIMIT_CORE)[1] != resource.RLIM_INFINITY, reason="no core files here at all")
def test_a_crash_of_the_program_leaves_no_core_file(tmp_path):
    assert dumped(tmp_path, "as it comes")
    for core in tmp_path.glob("core*"):
        core.unlink()
    assert not dumped(tmp_path, "refusing")
    assert list(tmp_path.glob("core*")) == []
