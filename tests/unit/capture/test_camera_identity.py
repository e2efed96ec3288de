"""Whose hardware a camera is: trees of sysfs and device paths of Windows, honest, virtual and hostile."""

import ctypes
from types import SimpleNamespace

import pytest

from app.capture import camera, camera_identity, camera_windows
from app.capture.camera import Camera
from app.capture.camera_identity import (
    CameraIdentity,
    attached,
    is_virtual,
    linux_cameras,
    linux_identity,
    windows_identity,
)
from app.domain.condition import Condition

ROOT_HUB = "pci0000:00/0000:00:14.0/usb1"
C920 = {"idVendor": "046d", "idProduct": "082d", "serial": "2F3A91BF", "devpath": "1.2"}


class Tree:
    """A device tree as the kernel shows it, in a folder."""

    def __init__(self, folder):
        self.sysfs = folder
        self.classes = folder / "class" / "video4linux"
        self.classes.mkdir(parents=True)
        (folder / "devices").mkdir()

    def device(self, path, driver="", **files):
        place = self.sysfs / "devices" / path
        place.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (place / name).write_bytes(content if isinstance(content, bytes) else f"{content}\n".encode())
        if driver:
            (place / "driver").symlink_to(f"../../../../bus/drivers/{driver}")
        return place

    def camera(self, index, parent, name="HD Pro Webcam C920", driver="uvcvideo"):
        holder = self.device(parent)
        if driver and not (holder / "driver").is_symlink():
            self.device(parent, driver)
        node = self.device(f"{parent}/video4linux/video{index}", name=name)
        (node / "device").symlink_to(holder)
        (self.classes / f"video{index}").symlink_to(node)
        return node

    def usb(self, index, port="1-1.2", name="HD Pro Webcam C920", **files):
        self.device(f"{ROOT_HUB}/{port}", **({**C920, **files}))
        return self.camera(index, f"{ROOT_HUB}/{port}/{port}:1.0", name)

    def __getitem__(self, index):
        return linux_identity(index, self.sysfs)


@pytest.fixture
def tree(tmp_path):
    return Tree(tmp_path / "系 统")


def test_a_usb_camera_is_its_maker_product_and_serial_number(tree):
    tree.usb(0)
    assert tree[0] == CameraIdentity("HD Pro Webcam C920", "usb:046d:082d:serial:2F3A91BF")


def test_its_number_and_its_port_do_not_matter_when_it_has_a_serial_number(tree):
    tree.usb(0)
    tree.usb(7, port="1-5")
    assert tree[0].hardware_id == tree[7].hardware_id


@pytest.mark.parametrize("serial", ["", "0", "0000000000", "1", "\x00\xff", "é" * 9, "X" * 5000, b"\xff\xfe\x00binary"])
def test_without_a_usable_serial_number_the_port_tells_cameras_apart(tree, serial):
    tree.usb(0, serial=serial)
    tree.usb(2, port="1-5", serial=serial, devpath="5")
    assert tree[0].hardware_id == "usb:046d:082d:port:0000:00:14.0/1.2"
    assert tree[2].hardware_id == "usb:046d:082d:port:0000:00:14.0/5"


def test_a_port_is_the_same_when_the_buses_are_numbered_otherwise(tree):
    tree.usb(0, serial="")
    tree.device("pci0000:00/0000:00:14.0/usb3/3-1.2", **{**C920, "serial": ""})
    tree.camera(4, "pci0000:00/0000:00:14.0/usb3/3-1.2/3-1.2:1.0")
    assert tree[4].hardware_id == tree[0].hardware_id


def test_built_in_cameras_on_pci_and_on_the_board(tree):
    tree.device("pci0000:00/0000:00:05.0", vendor="0x8086", device="0x462e")
    tree.camera(0, "pci0000:00/0000:00:05.0", "ipu6", "intel-ipu6")
    tree.camera(1, "platform/soc/fe801000.csi", "unicam-image", "unicam")
    assert tree[0].hardware_id == "pci:8086:462e:0000:00:05.0"
    assert tree[1].hardware_id == "platform:fe801000.csi"


@pytest.mark.parametrize(("parent", "name", "driver"), [
    ("virtual", "Integrated Camera", ""),
    ("platform/vivid.0", "Integrated Camera", "vivid"),
    ("platform/vimc.0", "Integrated Camera", "vimc"),
    ("platform/camera.0", "Integrated Camera", "v4l2loopback"),
    ("platform/vhci_hcd.0/usb5/5-1/5-1:1.0", "Integrated Camera", "uvcvideo"),
    ("platform/dummy_hcd.0/usb6/6-1/6-1:1.0", "Integrated Camera", "uvcvideo"),
    (f"{ROOT_HUB}/1-9/1-9:1.0", "OBS Virtual Camera", "uvcvideo"),
])
def test_what_has_no_hardware_behind_it_is_virtual_whatever_it_calls_itself(tree, parent, name, driver):
    tree.device(f"{ROOT_HUB}/1-9", **C920)
    if "usb5" in parent or "usb6" in parent:
        tree.device(parent.rsplit("/", 1)[0], **C920)
    tree.camera(3, parent, name, driver)
    assert tree[3].virtual
    assert tree[3].hardware_id == ""


def test_a_link_out_of_the_tree_is_no_identity(tree, tmp_path):
    outside = Tree(tmp_path / "else")
    node = outside.usb(0)
    (tree.classes / "video0").symlink_to(node)
    (tree.classes / "video1").symlink_to("video1")
    assert tree[0] == CameraIdentity()
    assert tree[9] == CameraIdentity()


def test_an_attribute_that_is_a_link_a_folder_or_missing_is_not_read(tree, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("4242424242")
    device = tree.device(f"{ROOT_HUB}/1-1.2", idVendor="046d", idProduct="082d", devpath="1.2")
    (device / "serial").symlink_to(secret)
    node = tree.camera(0, f"{ROOT_HUB}/1-1.2/1-1.2:1.0")
    (node / "name").unlink()
    (node / "name").mkdir()
    assert tree[0] == CameraIdentity("", "usb:046d:082d:port:0000:00:14.0/1.2")
    (device / "devpath").unlink()
    assert tree[0] == CameraIdentity()


def test_a_name_is_one_readable_line_whatever_the_firmware_says(tree):
    tree.usb(0, name="\x1b[2J\x1b[31mCam\tera\n\nfake" + "长" * 60)
    assert tree[0].name.startswith("[2J [31mCam era fake")
    assert len(tree[0].name) <= 80
    assert tree[0].name.isprintable()


def test_every_camera_counts_once_and_virtual_ones_never(tree, monkeypatch):
    tree.usb(0)
    tree.camera(1, f"{ROOT_HUB}/1-1.2/1-1.2:1.0")  # the same camera's metadata
    tree.usb(10, port="1-5", name="Integrated Camera", serial="", devpath="5")
    tree.camera(2, "virtual", "v4l2")
    (tree.classes / "v4l-subdev0").mkdir()
    assert len(list(linux_cameras(tree.sysfs))) == 4
    monkeypatch.setattr(camera_identity.sys, "platform", "linux")
    monkeypatch.setattr(camera_identity.linux_cameras, "__defaults__", (tree.sysfs,))
    assert [camera.name for camera in attached()] == ["HD Pro Webcam C920", "Integrated Camera"]


def test_without_sysfs_nothing_is_attached(tmp_path):
    assert list(linux_cameras(tmp_path / "none")) == []


@pytest.mark.parametrize(("path", "hardware_id"), [
    (r"\\?\usb#vid_046d&pid_082d&mi_00#6&2a1b3c4d&0&0000#{e5323777-f976-4f5b-9b55-b94699c46e44}\global",
     "usb:046d:082d:port:6.2a1b3c4d.0.0000"),
    (r"\\?\USB#VID_046D&PID_082D#2F3A91BF#{e5323777-f976-4f5b-9b55-b94699c46e44}\global",
     "usb:046d:082d:serial:2f3a91bf"),
    (r"\\?\display#int3480#4&1835d135&0&uid13424#{e5323777-f976-4f5b-9b55-b94699c46e44}\{bf89b5a5}",
     "display:int3480:port:4.1835d135.0.uid13424"),
    (r"@device:pnp:\\?\usb#vid_04f2&pid_b6d9&mi_00#7&1&0&0000#{65e8773d-8f56-11d0-a3b9-00a0c9223196}\global",
     "usb:04f2:b6d9:port:7.1.0.0000"),
])
def test_device_paths_of_windows(path, hardware_id):
    assert windows_identity("Integrated Camera", path) == CameraIdentity("Integrated Camera", hardware_id)


@pytest.mark.parametrize("path", [
    r"\\?\root#image#0000#{e5323777-f976-4f5b-9b55-b94699c46e44}\global",
    r"\\?\swd#vcamdevapi#b2c1#{e5323777-f976-4f5b-9b55-b94699c46e44}\{0}",
    r"@device:sw:{860BB310-5D01-11D0-BD3B-00A0C911CE86}\{A3FCE0F5-3493-419F-958A-ABA1250EC20B}",
])
def test_device_paths_without_a_bus_are_virtual(path):
    assert windows_identity("Integrated Camera", path) == CameraIdentity("Integrated Camera", virtual=True)


@pytest.mark.parametrize("path", ["", "usb", r"\\?\usb#", r"\\?\usb#vid_046d&pid_082d", r"\\?\x#y#z#{}", "#" * 500])
def test_a_broken_device_path_is_no_identity(path):
    assert windows_identity("Integrated Camera", path) == CameraIdentity("Integrated Camera")


@pytest.mark.parametrize("name", ["OBS Virtual Camera", "OBS-Camera", "Dummy video device (0x0000)", "NDI Video",
                                  "ManyCam Video Source", "OBSBOT Virtual Camera"])
def test_virtual_cameras_are_known_by_name(name):
    assert is_virtual(name)


@pytest.mark.parametrize("name", ["Integrated Camera", "HD Webcam C920", "USB2.0 HD UVC WebCam", "OBSBOT Tiny 2",
                                  "Bandicam", "高清摄像头"])
def test_real_cameras_are_not_taken_for_virtual(name):
    assert not is_virtual(name)


# -- the call to Media Foundation, against imitations of the system's libraries --------------------------------------


class MediaFoundation:
    """The three libraries, with COM objects whose method tables lie in memory as the system lays them out."""

    def __init__(self, devices, fails_at=""):
        self.devices, self.fails_at = devices, fails_at
        self.released, self.ended, self.freed, self._alive = [], [], 0, []
        self.ole32 = SimpleNamespace(CoInitializeEx=lambda *_: 0, CoUninitialize=lambda: self.ended.append("com"),
                                     CoTaskMemFree=self._free)
        self.mfplat = SimpleNamespace(MFStartup=lambda *_: self._result("startup"), MFCreateAttributes=self._attributes,
                                      MFShutdown=lambda: self.ended.append("mf"))
        self.mf = SimpleNamespace(MFEnumDeviceSources=self._enumerate)

    def _result(self, step):
        return ctypes.c_int32(0xC00D36B2).value if self.fails_at == step else 0

    def _object(self, name, texts):
        guid, word = ctypes.POINTER(camera_windows.Guid), ctypes.POINTER(ctypes.c_uint32)

        def length(_self, key, out):
            text = texts.get(bytes(key[0]))
            if text is None:
                return -1
            out[0] = len(text)
            return 0

        def string(_self, key, buffer, size, _out):
            text = texts[bytes(key[0])]
            assert size == len(text) + 1
            ctypes.memmove(buffer, ctypes.create_unicode_buffer(text), ctypes.sizeof(ctypes.c_wchar) * size)
            return 0

        def set_guid(_self, key, value):
            assert bytes(key[0]) == bytes(camera_windows.SOURCE_TYPE)
            assert bytes(value[0]) == bytes(camera_windows.VIDEO_CAPTURE)
            return self._result("set")

        method, this = camera_windows.METHOD, ctypes.c_void_p
        methods = {
            2: method(ctypes.c_long, this)(lambda _self: self.released.append(name) or 0),
            11: method(ctypes.c_long, this, guid, word)(length),
            12: method(ctypes.c_long, this, guid, ctypes.c_void_p, ctypes.c_uint32, word)(string),
            24: method(ctypes.c_long, this, guid, guid)(set_guid)}
        table = (ctypes.c_void_p * 33)()
        for place, call in methods.items():
            table[place] = ctypes.cast(call, ctypes.c_void_p).value
        memory = (ctypes.c_void_p * 1)(ctypes.addressof(table))
        self._alive += [table, memory, *methods.values()]
        return ctypes.addressof(memory)

    def _attributes(self, out, _size):
        if result := self._result("attributes"):
            return result
        ctypes.cast(out, ctypes.POINTER(ctypes.c_void_p))[0] = self._object("attributes", {})
        return 0

    def _enumerate(self, _wanted, out, count):
        if result := self._result("enumerate"):
            return result
        found = (ctypes.c_void_p * max(1, len(self.devices)))(*[
            self._object(name, {bytes(camera_windows.FRIENDLY_NAME): name, bytes(camera_windows.SYMBOLIC_LINK): path})
            for name, path in self.devices])
        self._alive.append(found)
        ctypes.cast(out, ctypes.POINTER(ctypes.c_void_p))[0] = ctypes.addressof(found)
        ctypes.cast(count, ctypes.POINTER(ctypes.c_uint32))[0] = len(self.devices)
        return 0

    def _free(self, _memory):
        self.freed += 1


def test_windows_lists_its_cameras_in_order_and_everything_is_let_go():
    devices = [("集成摄像头", r"\\?\usb#vid_04f2&pid_b6d9&mi_00#7&1&0&0000#{x}\global"), ("C920", "x" * 2000), ("", "")]
    system = MediaFoundation(devices)
    assert camera_windows.video_devices(system) == [devices[0], ("C920", ""), ("", "")]
    assert sorted(system.released) == sorted(["attributes", "集成摄像头", "C920", ""])
    assert (system.freed, system.ended) == (1, ["mf", "com"])


@pytest.mark.parametrize("step", ["startup", "attributes", "set", "enumerate"])
def test_a_media_foundation_that_does_not_answer_lists_nothing(step, caplog):
    system = MediaFoundation([("C920", "x")], fails_at=step)
    assert camera_windows.video_devices(system) == []
    assert "0xc00d36b2" in caplog.text
    assert system.ended == (["com"] if step == "startup" else ["mf", "com"])
    assert system.released.count("attributes") == (1 if step in ("set", "enumerate") else 0)


@pytest.mark.parametrize("spec", ["/dev/video", "/dev/videoX", "/dev/video0/../..", "²", "99999999999"])
def test_an_odd_device_number_is_a_missing_camera(spec):
    with pytest.raises(Condition) as missing:
        Camera.open(spec)
    assert missing.value.code == "camera.missing"


def test_a_long_winded_tree_still_gives_an_id_the_bank_takes(tree):
    tree.device("platform/" + "x" * 120 + "/usb1/1-1", **{**C920, "serial": "S" * 40 + "é" * 40})
    tree.camera(0, "platform/" + "x" * 120 + "/usb1/1-1/1-1:1.0")
    assert camera_identity._real(linux_cameras(tree.sysfs))[0][1].hardware_id.startswith("usb:046d:082d:port:xxx")


# -- opening a device, the system's word and OpenCV's own in imitation -----------------------------------------------


class Backends:
    """OpenCV with two backends, of which those named open; each open device gives a picture."""

    MSMF, DSHOW = 1400, 700
    CAP_MSMF, CAP_DSHOW, CAP_V4L2, CAP_ANY = MSMF, DSHOW, 200, 0
    CAP_PROP_FOURCC = CAP_PROP_FRAME_WIDTH = CAP_PROP_FRAME_HEIGHT = CAP_PROP_FPS = 5

    class VideoWriter:
        fourcc = staticmethod(lambda *letters: 0)

    def __init__(self, *opening):
        self.opening, self.held = opening, 0

    def VideoCapture(self, _index, backend):
        opened = backend in self.opening
        self.held += opened

        def release():
            self.held -= opened

        return SimpleNamespace(isOpened=lambda: opened, set=lambda *_: True, get=lambda _: 30.0,
                               read=lambda: (True, None), release=release)


REAL = CameraIdentity("Integrated Camera", "usb:04f2:b6d9:port:7.1.0.0000")


@pytest.fixture
def windows(monkeypatch):
    def plugged(backends, *identities):
        seen = list(identities)
        monkeypatch.setattr(camera.sys, "platform", "win32")
        monkeypatch.setattr(camera, "_cv2", lambda: backends)
        monkeypatch.setattr(camera, "identify", lambda _index: seen.pop(0) if len(seen) > 1 else seen[0])
        return backends
    return plugged


def test_an_open_device_says_which_hardware_it_is(windows):
    windows(Backends(Backends.MSMF), REAL)
    source = Camera.open(0).source
    assert (source.kind, source.name, source.hardware_id) == ("device", REAL.name, REAL.hardware_id)


def test_another_backend_counts_otherwise_so_its_device_stays_unknown(windows):
    windows(Backends(Backends.DSHOW), REAL)
    assert Camera.open(0).source.hardware_id == ""


@pytest.mark.parametrize(("identity", "name"), [
    (CameraIdentity("Integrated Camera", virtual=True), ""), (CameraIdentity(), "OBS Virtual Camera")])
def test_a_virtual_camera_is_not_even_opened(windows, identity, name):
    backends = windows(Backends(), identity)
    with pytest.raises(Condition) as refused:
        Camera.open(0, name=name)
    assert refused.value.code == "camera.virtual"
    assert backends.held == 0


def test_a_camera_put_in_place_of_another_while_it_opens_is_lost(windows):
    backends = windows(Backends(Backends.MSMF), REAL, CameraIdentity("Integrated Camera", "usb:04f2:b6d9:port:9.9.0.0000"))
    with pytest.raises(Condition) as lost:
        Camera.open(0)
    assert lost.value.code == "camera.lost"
    assert backends.held == 0
