"""The steps of a first run, from an empty data folder to the work list, and where it stands."""

from typing import Literal, get_args

from app.domain.policy import Words
from app.store.settings import Settings

Stage = Literal["language", "passphrase", "bank", "sign_in", "pin", "devices", "begin"]
STAGES: tuple[Stage, ...] = get_args(Stage)
NAMES: dict[Stage, Words] = {
    "language": Words(zh="语言", en="Language"),
    "passphrase": Words(zh="数据口令", en="Passphrase"),
    "bank": Words(zh="连接银行", en="The bank"),
    "sign_in": Words(zh="登录", en="Sign in"),
    "pin": Words(zh="收回密码", en="Take-back PIN"),
    "devices": Words(zh="设备检查", en="Devices"),
    "begin": Words(zh="开始", en="Begin"),
}
AFTER_SIGN_IN: tuple[Stage, ...] = ("pin", "devices", "begin")
KEPT = "first_run"


class Progress:
    """What is left of a first run once somebody has signed in, kept so that a closed program goes on where it stood."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def open(self) -> bool:
        return self._settings.get(KEPT) is not None

    @property
    def stage(self) -> Stage:
        """What comes next of ``AFTER_SIGN_IN``."""
        kept = self._settings.get(KEPT)
        return kept if kept in AFTER_SIGN_IN else AFTER_SIGN_IN[0]

    def reach(self, stage: Stage) -> None:
        self._settings.set(KEPT, stage)

    def end(self) -> None:
        self._settings.remove(KEPT)
