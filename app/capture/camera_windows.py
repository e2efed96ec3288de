"""The cameras of Windows, in the very order in which OpenCV numbers them.

OpenCV's Media Foundation backend opens the n-th device of ``MFEnumDeviceSources``; the same call is made here through
ctypes, and asks each device for its friendly name and its symbolic link. Calls, constants and the order of the interface
methods are from Microsoft's documentation of mfapi.h, mfidl.h and mfobjects.h. The tests run all of it against
imitations of the system's libraries; on Windows itself it has not been run yet. DirectShow numbers its devices
otherwise, so an index opened by that fallback has no identity.
"""

from __future__ import annotations

import ctypes
import logging
from ctypes import POINTER, Structure, byref, c_long, c_ubyte, c_uint16, c_uint32, c_void_p
from typing import Any
from uuid import UUID

log = logging.getLogger(__name__)

MF_VERSION, MF_NO_SOCKET = 0x00020070, 1
MULTITHREADED = 0
METHOD = getattr(ctypes, "WINFUNCTYPE", ctypes.CFUNCTYPE)
RELEASE, STRING_LENGTH, STRING, SET_GUID = 2, 11, 12, 24  # places in the table of IMFAttributes
DEVICES_MAX, TEXT_MAX = 64, 1024


class Guid(Structure):
    _fields_ = [("data1", c_uint32), ("data2", c_uint16), ("data3", c_uint16), ("data4", c_ubyte * 8)]

    @classmethod
    def of(cls, text: str) -> Guid:
        return cls.from_buffer_copy(UUID(text).bytes_le)


SOURCE_TYPE = Guid.of("c60ac5fe-252a-478f-a0ef-bc8fa5f7cad3")
VIDEO_CAPTURE = Guid.of("8ac3587a-4ae7-42d8-99e0-0a6013eef90f")
FRIENDLY_NAME = Guid.of("60d0e559-52f8-4fa2-bbce-acdb34a8ec01")
SYMBOLIC_LINK = Guid.of("58f0aad8-22bf-4f8a-bb3d-d2c4978c6e2f")


def video_devices(libraries: Any = None) -> list[tuple[str, str]]:
    """Friendly name and device path of every camera; [] where Media Foundation does not answer.

    ``libraries`` has ``ole32``, ``mfplat`` and ``mf``; the system's own where it is None.
    """
    system = libraries or ctypes.windll
    com = system.ole32.CoInitializeEx(None, MULTITHREADED)  # fails where this thread chose otherwise before: no harm
    try:
        _good(system.mfplat.MFStartup(c_uint32(MF_VERSION), c_uint32(MF_NO_SOCKET)))
        try:
            return _enumerate(system)
        finally:
            system.mfplat.MFShutdown()
    except OSError as error:
        log.warning("the cameras cannot be listed: %s", error)
        return []
    finally:
        if com >= 0:
            system.ole32.CoUninitialize()


def _enumerate(system: Any) -> list[tuple[str, str]]:
    wanted, devices, count = c_void_p(), POINTER(c_void_p)(), c_uint32()
    _good(system.mfplat.MFCreateAttributes(byref(wanted), c_uint32(1)))
    try:
        _good(_method(wanted, SET_GUID, POINTER(Guid), POINTER(Guid))(byref(SOURCE_TYPE), byref(VIDEO_CAPTURE)))
        _good(system.mf.MFEnumDeviceSources(wanted, byref(devices), byref(count)))
    finally:
        _method(wanted, RELEASE)()
    found = []
    for number in range(count.value):
        device = c_void_p(devices[number])
        if number < DEVICES_MAX:
            found.append((_string(device, FRIENDLY_NAME), _string(device, SYMBOLIC_LINK)))
        _method(device, RELEASE)()
    if devices:
        system.ole32.CoTaskMemFree(devices)
    return found


def _string(device: c_void_p, key: Guid) -> str:
    """An attribute's text; '' where the device has none or a longer one than any path is."""
    length = c_uint32()
    if _method(device, STRING_LENGTH, POINTER(Guid), POINTER(c_uint32))(byref(key), byref(length)) < 0:
        return ""
    if length.value > TEXT_MAX:
        return ""
    text = ctypes.create_unicode_buffer(length.value + 1)
    ask = _method(device, STRING, POINTER(Guid), ctypes.c_wchar_p, c_uint32, POINTER(c_uint32))
    return text.value if ask(byref(key), text, length.value + 1, None) >= 0 else ""


def _method(object_: c_void_p, place: int, *arguments: Any) -> Any:
    """A COM object's method by its place in the table that the object's first word points to, bound to the object."""
    table = ctypes.cast(object_, POINTER(POINTER(c_void_p)))[0]
    call = METHOD(c_long, c_void_p, *arguments)(table[place])
    return lambda *values: call(object_, *values)


def _good(result: int) -> None:
    if result < 0:
        raise OSError(f"HRESULT {result & 0xFFFFFFFF:#010x}")
