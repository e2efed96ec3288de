"""Which piece of hardware a camera is: bus, vendor, product, and serial number or port, the same after every reboot.

On Linux this is read from sysfs, on Windows from the device path that Media Foundation gives. A camera without hardware
behind it is known by its driver, its place in the device tree or its name. Serial numbers and names come from the
device's own firmware, so they are taken as an outsider's text.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from app.domain.wire import CAMERAS_MAX, EnrolledCamera

SYSFS = Path("/sys")
VIRTUAL_NAME = re.compile(
    r"virtual|\bobs\b|obs[- ]?cam|manycam|xsplit|snap camera|droidcam|iriun|vcam|dummy video|loopback|\bndi\b|mmhmm|splitcam|"
    r"youcam|e2esoft|webcamoid|akvcam|epoccam", re.IGNORECASE)
VIRTUAL_DRIVER = re.compile(r"(v4l2loopback|akvcam|vivid|vimc|vhci_hcd|usbip|dummy_hcd)\b", re.IGNORECASE)
TEXT_BYTES, NAME_LENGTH, SERIAL_LENGTH = 256, 80, 48
NODE = re.compile(r"video(\d{1,4})", re.ASCII)
USB_LEVEL = re.compile(r"usb\d+|\d+-\d+(\.\d+)*(:\d+\.\d+)?", re.ASCII)
PORT = re.compile(r"\d+(\.\d+)*", re.ASCII)
HEX4, PCI_NUMBER = re.compile(r"[0-9a-f]{4}"), re.compile(r"0x([0-9a-f]{4})")
WINDOWS_HARDWARE, WINDOWS_SOFTWARE = ("usb", "pci", "acpi", "display"), ("root", "swd", "sw")


@dataclass(frozen=True)
class CameraIdentity:
    """``hardware_id`` is '' where the system does not tell; ``virtual`` says that no hardware stands behind the camera."""

    name: str = ""
    hardware_id: str = ""
    virtual: bool = False


Numbered = tuple[int, CameraIdentity]


def identify(index: int) -> CameraIdentity:
    """The camera that ``cv2`` opens under this index, as the system knows it now; empty where it does not tell."""
    if sys.platform == "linux":
        return linux_identity(index)
    if sys.platform == "win32":
        found = _windows_cameras()
        return found[index] if index < len(found) else CameraIdentity()
    return CameraIdentity()


def attached() -> tuple[EnrolledCamera, ...]:
    """The real cameras attached now, none of them opened; one with several video nodes counts once."""
    return tuple(EnrolledCamera(hardware_id=camera.hardware_id, name=camera.name) for _, camera in listed()[:CAMERAS_MAX])


def listed() -> tuple[Numbered, ...]:
    """The real cameras and the index that ``cv2`` opens each under now; one with several video nodes once, by its first."""
    if sys.platform == "win32":
        return _real(enumerate(_windows_cameras()))
    return _real(linux_cameras()) if sys.platform == "linux" else ()


def is_virtual(name: str) -> bool:
    """Whether a device's name is one that virtual cameras are known by."""
    return VIRTUAL_NAME.search(name) is not None


def _real(found: Iterable[Numbered]) -> tuple[Numbered, ...]:
    first: dict[str, Numbered] = {}
    for index, camera in found:
        if camera.hardware_id and not camera.virtual:
            first.setdefault(camera.hardware_id, (index, camera))
    return tuple(first.values())


# -- Linux -----------------------------------------------------------------------------------------------------------


def linux_cameras(sysfs: Path = SYSFS) -> Iterator[Numbered]:
    """Every video node with its number, in that order."""
    folder = sysfs / "class" / "video4linux"
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    for index in sorted(int(node[1]) for node in map(NODE.fullmatch, names) if node):
        yield index, linux_identity(index, sysfs)


def linux_identity(index: int, sysfs: Path = SYSFS) -> CameraIdentity:
    """What sysfs says of /dev/videoN; empty where its link leads out of the device tree."""
    tree = (sysfs / "devices").resolve()
    node = (sysfs / "class" / "video4linux" / f"video{index}").resolve()
    if tree not in node.parents:
        return CameraIdentity()
    name = readable(_text(node / "name"))
    way = node.relative_to(tree).parts
    drivers = [_link_name(level / "driver") for level in _upwards(node, tree)]
    virtual = way[0] == "virtual" or is_virtual(name) or any(VIRTUAL_DRIVER.match(part) for part in (*way, *drivers))
    return CameraIdentity(name, "" if virtual else _linux_hardware(node, tree), virtual)


def _upwards(node: Path, tree: Path) -> Iterator[Path]:
    """The node's own folder and those above it, below ``devices``."""
    for level in (node, *node.parents):
        if level == tree:
            return
        yield level


def _linux_hardware(node: Path, tree: Path) -> str:
    """The nearest device above the node that names itself: a USB device, a PCI function, else a part of the board."""
    for level in _upwards(node, tree):
        vendor, product = _text(level / "idVendor").lower(), _text(level / "idProduct").lower()
        if HEX4.fullmatch(vendor) and HEX4.fullmatch(product):
            place = _usb_place(level)
            return f"usb:{vendor}:{product}:{place}" if place else ""
        vendor, product = (PCI_NUMBER.fullmatch(_text(level / file).lower()) for file in ("vendor", "device"))
        if vendor and product:
            return f"pci:{vendor[1]}:{product[1]}:{_plain(level.name)}"
    way = [part for part in node.relative_to(tree).parts if part != "video4linux"]
    return f"platform:{_plain(way[-2])}" if way[0] == "platform" and len(way) > 2 else ""


def _usb_place(device: Path) -> str:
    """Its serial number if it has a usable one, else controller and port, which no other bus numbering changes."""
    serial = _plain(_text(device / "serial"))[:SERIAL_LENGTH]
    if usable_serial(serial):
        return f"serial:{serial}"
    controller = next((level.name for level in device.parents if not USB_LEVEL.fullmatch(level.name)), "")
    port = _text(device / "devpath")
    told = PORT.fullmatch(port) and len(port) < 32
    return f"port:{_plain(controller)[:SERIAL_LENGTH]}/{port}" if told else ""


def _text(path: Path) -> str:
    """The one line of an attribute; '' where there is none, where it is no text, or longer than any attribute is."""
    try:
        if not path.is_file() or path.is_symlink():
            return ""
        with path.open("rb") as file:
            data = file.read(TEXT_BYTES + 1)
        return data.decode().strip() if len(data) <= TEXT_BYTES else ""
    except (OSError, UnicodeDecodeError):
        return ""


def _link_name(path: Path) -> str:
    try:
        return path.readlink().name if path.is_symlink() else ""
    except OSError:
        return ""


# -- Windows ---------------------------------------------------------------------------------------------------------


def _windows_cameras() -> tuple[CameraIdentity, ...]:
    from app.capture.camera_windows import video_devices

    return tuple(windows_identity(name, path) for name, path in video_devices())


def windows_identity(name: str, path: str) -> CameraIdentity:
    """A camera from its friendly name and its device path, ``\\\\?\\usb#vid_046d&pid_082d&mi_00#instance#{class}\\…``.

    Devices made by software alone hang below ``root#`` or ``swd#``, or are DirectShow filters (``@device:sw:``).
    """
    name, path = readable(name), path.lower()
    if path.startswith("@device:sw:") or is_virtual(name):
        return CameraIdentity(name, virtual=True)
    bus, *rest = path.removeprefix("@device:pnp:").removeprefix("\\\\?\\").split("#")
    if bus in WINDOWS_SOFTWARE or bus.startswith("{"):
        return CameraIdentity(name, virtual=True)
    if bus not in WINDOWS_HARDWARE or len(rest) < 2 or VIRTUAL_DRIVER.search(path):
        return CameraIdentity(name, virtual=VIRTUAL_DRIVER.search(path) is not None)
    device, instance = rest[0], _plain(rest[1].replace("&", "."))[:SERIAL_LENGTH]
    place = f"port:{instance}" if "&" in rest[1] or not usable_serial(instance) else f"serial:{instance}"
    numbers = re.match(r"vid_([0-9a-f]{4})&pid_([0-9a-f]{4})(&|$)", device)
    what = f"{numbers[1]}:{numbers[2]}" if numbers else _plain(device.replace("&", "."))[:SERIAL_LENGTH]
    return CameraIdentity(name, f"{bus}:{what}:{place}" if what and instance else "")


# -- both ------------------------------------------------------------------------------------------------------------


def readable(text: str) -> str:
    """A name fit for a screen and a list: printable, on one line, not long."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:NAME_LENGTH]


def usable_serial(serial: str) -> bool:
    """Makers who do not number their cameras write a zero, a blank or one digit again and again."""
    return len(serial) >= 4 and len(set(serial)) > 1


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._:-]", "", text)[:NAME_LENGTH]
