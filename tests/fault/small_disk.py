"""A disk of a few kilobytes for one process: a tmpfs in a mount namespace of its own, which ends with it."""

import ctypes
import os
from pathlib import Path

_NEW_MOUNTS, _NEW_USERS = 0x00020000, 0x10000000
_PRIVATE, _REMOUNT = 0x44000, 0x20


class NoMounts(Exception):
    """This system lets nobody mount a disk here."""


def mount(folder: Path, size: int) -> None:
    """Let ``folder`` be such a disk for the process that calls. Raises NoMounts. Call it before any thread begins."""
    user, group = os.getuid(), os.getgid()
    if _libc("unshare", _NEW_MOUNTS):
        if _libc("unshare", _NEW_MOUNTS | _NEW_USERS):
            raise NoMounts
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    if _libc("mount", b"none", b"/", None, _PRIVATE, None) or _mount(folder, size, 0):
        raise NoMounts


def resize(folder: Path, size: int) -> None:
    if _mount(folder, size, _REMOUNT):
        raise NoMounts


def _mount(folder: Path, size: int, flags: int) -> int:
    return _libc("mount", b"tmpfs", os.fsencode(folder), b"tmpfs", flags, f"size={size}".encode())


def _libc(name: str, *arguments: object) -> int:
    return getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments)
