"""That the customer has the one window, kept so that no restart takes it back from her."""

from app.store.settings import Settings

TURNED, PINS = "customer_screen/turned", "customer_screen/pin/"


class HandedOver:
    """Of the manager who works here, whose PIN lies under ``pin`` of the settings."""

    def __init__(self, settings: Settings, staff_id: str) -> None:
        self._settings, self._staff_id = settings, staff_id
        self.pin = f"{PINS}{staff_id}"

    def note(self, turned: bool) -> None:
        """The window was turned over, or taken back; durable on return."""
        self._settings.set(TURNED, self._staff_id if turned else None)

    def at_start(self, password_given: bool) -> bool:
        """Whether the PIN is asked for now: the customer had the window when the program ended. Whoever has just given a
        password has taken it back by that; without a PIN there is nothing to ask for."""
        turned = self._settings.get(TURNED) == self._staff_id
        if turned and (password_given or self._settings.get(self.pin) is None):
            self.note(False)
            return False
        return turned

    def forget_pin(self) -> bool:
        """The PIN, and with it what it would be asked for; False where there was none."""
        with self._settings.together():
            there = self._settings.get(self.pin) is not None
            self._settings.set(self.pin, None)
            self.note(False)
        return there
