"""The device as the person at it sets it up: what is kept is kept at once and, where it can be, in force at once."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.domain.condition import Condition, Kind
from app.domain.preferences import Preferences, proxy_address
from app.store.settings import Settings
from app.sync.enrolment import DeviceEnrolment, kept

if TYPE_CHECKING:
    from app.desk.desks import Rooms

CHANGES = Path(__file__).resolve().parents[2] / "CHANGELOG.md"
PREFERENCES = "preferences"

NOT_REGISTERED = Kind(
    "camera.not_registered", zh="银行没有登记这个摄像头，人脸检测会转人工复核。",
    zh_next="请把设备编号 {device} 和摄像头编号 {camera} 报给本行管理员；登记后，下次联网即生效。",
    en="The bank has not registered this camera: face checks go to review.",
    en_next="Give the bank's office the device {device} and the camera {camera}; once registered, it counts from the next "
            "contact with the bank.")
NO_NUMBER = Kind(
    "camera.no_number", zh="这个画面没有摄像头编号，银行无法登记它，人脸检测会转人工复核。",
    zh_next="请用直接接在本机上的摄像头，不经过虚拟机或其他软件。",
    en="This picture comes without a camera's number, so the bank cannot register it: face checks go to review.",
    en_next="Use a camera that is connected to this computer itself, not through a virtual machine or other software.")


def kept_preferences(settings: Settings) -> Preferences:
    return Preferences.read(settings.get(PREFERENCES))


def keep_preferences(settings: Settings, **values: Any) -> None:
    """Keep these, beside what was kept before."""
    with settings.together():
        before = settings.get(PREFERENCES)
        settings.set(PREFERENCES, (before if isinstance(before, dict) else {}) | values)


def camera_doubt(hardware_id: str, enrolment: DeviceEnrolment) -> Condition | None:
    """Why the bank would not take face checks by this camera without review; None where it would."""
    if not hardware_id:
        return NO_NUMBER()
    if hardware_id in {known.hardware_id for known in enrolment.cameras}:
        return None
    return NOT_REGISTERED(device=enrolment.device_id, camera=hardware_id)


class DeviceDesk:
    """``preferences`` are those in force, which the command line may have overruled; ``change`` keeps what it is told and
    nothing of that."""

    def __init__(self, settings: Settings, preferences: Preferences, rooms: Callable[[], "Rooms"],
                 export: Callable[[Path], Path]) -> None:
        self._settings, self._rooms, self._export = settings, rooms, export
        self.preferences = preferences

    def export_log(self, folder: Path) -> Path:
        """Write the program's log into a ZIP in ``folder``; the file. It holds no personal data. Raises disk conditions."""
        return self._export(folder / f"mianqian-log-{datetime.now():%Y%m%d-%H%M%S}.zip")

    def whats_new(self) -> str:
        """The program's changes, in Markdown."""
        return CHANGES.read_text(encoding="utf-8")

    def camera_doubt(self) -> Condition | None:
        """``camera_doubt`` of the camera in use. Raises ``camera.*`` while there is no picture."""
        return camera_doubt(self._rooms().booth.frame_source().hardware_id, kept(self._settings))

    def change(self, **values: Any) -> Preferences:
        """Put values in force and keep them. Raises ``recording.runs`` for a camera or microphone that is in use for a
        recording, and ``proxy.unreadable``."""
        if "proxy" in values:
            values["proxy"] = proxy_address(values["proxy"])
            self._rooms().line.use_proxy(values["proxy"])
        if "camera" in values:
            self._rooms().booth.use_camera(values["camera"])
        if "microphone" in values:
            self._rooms().booth.use_microphone(values["microphone"])
        keep_preferences(self._settings, **values)
        self.preferences = Preferences.model_validate(self.preferences.model_dump() | values)
        return self.preferences
