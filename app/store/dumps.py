"""No dump of this process reaches a disk: what it holds in memory is what the store keeps encrypted.

A process that may not be dumped cannot be looked into by other programs of the same person either (Linux; those of the
administrator can). Children begin anew: each that handles customers' data asks for itself.
"""

import ctypes
import os
import sys

PR_SET_DUMPABLE = 4
WER_NO_HEAP = 1  # WER_FAULT_REPORTING_FLAG_NOHEAP
ERROR_MODE = 0x0001 | 0x0002 | 0x8000  # no box for critical errors, none (and so no report) for faults, none for files


def refuse_dumps() -> None:
    """From now on a crash leaves no core file and no crash report of this process. Raises OSError where the system says no."""
    if sys.platform == "win32":
        ctypes.windll.kernel32.SetErrorMode(ERROR_MODE)
        ctypes.windll.wer.WerSetFlags(WER_NO_HEAP)
        return
    import resource  # not on Windows

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # A core that the kernel hands to a program (systemd-coredump, apport) heeds no limit, only this.
    if sys.platform.startswith("linux") and ctypes.CDLL(None, use_errno=True).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
