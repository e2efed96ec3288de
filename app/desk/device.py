"""The device as the person at it sets it up: what is kept is kept at once and, where it can be, in force at once."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.domain.preferences import Preferences, proxy_address
from app.store.settings import Settings

if TYPE_CHECKING:
    from app.desk.desks import Rooms

CHANGES = Path(__file__).resolve().parents[2] / "CHANGELOG.md"
PREFERENCES = "preferences"


def kept_preferences(settings: Settings) -> Preferences:
    return Preferences.read(settings.get(PREFERENCES))


def keep_preferences(settings: Settings, **values: Any) -> None:
    """Keep these, beside what was kept before."""
    with settings.together():
        kept = settings.get(PREFERENCES)
        settings.set(PREFERENCES, (kept if isinstance(kept, dict) else {}) | values)


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
