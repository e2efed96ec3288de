"""The device as the person at it sets it up: what is kept is kept at once and, where it can be, in force at once."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from app.domain.preferences import Preferences, proxy_address
from app.store.settings import Settings

if TYPE_CHECKING:
    from app.desk.desks import Rooms

PREFERENCES = "preferences"


def kept_preferences(settings: Settings) -> Preferences:
    return Preferences.read(settings.get(PREFERENCES))


class DeviceDesk:
    """``preferences`` are those in force, which the command line may have overruled; ``change`` keeps what it is told and
    nothing of that."""

    def __init__(self, settings: Settings, preferences: Preferences, rooms: Callable[[], "Rooms"]) -> None:
        self._settings, self._rooms = settings, rooms
        self.preferences = preferences

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
        with self._settings.together():
            kept = self._settings.get(PREFERENCES)
            self._settings.set(PREFERENCES, (kept if isinstance(kept, dict) else {}) | values)
        self.preferences = Preferences.model_validate(self.preferences.model_dump() | values)
        return self.preferences
