"""The reference gateway as a second process on loopback, for a machine without a configured bank and for the demo."""

import subprocess
import sys
from pathlib import Path
from threading import Thread

from app.domain.condition import Kind
from gateway.bootstrap import Bootstrap

START_S = 30.0
STOP_S = 5.0

NOT_STARTED = Kind(
    "gateway.not_started", zh="内置的银行网关没有启动。", zh_next="请运行 mianqian doctor 查看原因，或配置银行地址。",
    en="The embedded gateway did not start.", en_next="Run mianqian doctor to see why, or configure the bank's address.")


class EmbeddedGateway:
    """``with EmbeddedGateway(folder) as gateway: gateway.address``. Its keys, database and files stay in ``folder``."""

    def __init__(self, folder: Path, bootstrap: Bootstrap | None = None, policy: Path | None = None) -> None:
        self._folder = folder
        self._bootstrap = bootstrap
        self._policy = policy
        self._process: subprocess.Popen | None = None
        self.address = ""

    def __enter__(self) -> "EmbeddedGateway":
        self._folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "gateway", "serve", "--database", f"sqlite:///{self._folder / 'gateway.db'}",
                   "--files", str(self._folder / "files"), "--port", "0", "--stop-with-stdin"]
        first = self._folder / "first.json"
        if self._bootstrap:
            self._bootstrap.save(first)
            command += ["--bootstrap", str(first)]
        if self._policy:
            command += ["--policy", str(self._policy)]
        with (self._folder / "gateway.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True)
        self.address = self._listening()
        first.unlink(missing_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        """Closing its input asks it to end; it is ended by force if it does not."""
        self._process.stdin.close()
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def _listening(self) -> str:
        lines: list[str] = []
        reader = Thread(target=lambda: lines.append(self._process.stdout.readline()), daemon=True)
        reader.start()
        reader.join(START_S)
        if not lines or not lines[0].startswith("listening on "):
            self._process.kill()
            self.__exit__()
            raise NOT_STARTED()
        return lines[0].removeprefix("listening on ").strip()
