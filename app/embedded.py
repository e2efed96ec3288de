"""The reference gateway as a second process on loopback, for a machine without a configured bank and for the demo."""

import socket
import subprocess
import sys
from pathlib import Path
from threading import Thread

from app.domain.condition import Kind

START_S = 60.0
STOP_S = 5.0
HOST = "127.0.0.1"

NOT_STARTED = Kind(
    "gateway.not_started", zh="内置的银行网关没有启动。", zh_next="请运行 mianqian doctor 查看原因，或配置银行地址。",
    en="The embedded gateway did not start.", en_next="Run mianqian doctor to see why, or configure the bank's address.")


class EmbeddedGateway:
    """``with EmbeddedGateway(folder) as gateway``: launched at once, answering after ``wait``.

    Its keys, database and files stay in ``folder``; ``bootstrap`` is a file with the first code and staff. It looks at no
    faces of its own unless ``face_checker``: that would take the laptop's processor for a second opinion by itself.
    """

    def __init__(self, folder: Path, bootstrap: Path | None = None, policy: Path | None = None,
                 face_checker: bool = False) -> None:
        self._folder, self._bootstrap, self._policy = folder, bootstrap, policy
        self._options = [] if face_checker else ["--face-checker", "none"]
        self._port = _free_port()
        self._process: subprocess.Popen | None = None
        self._reader: Thread | None = None
        self._lines: list[str] = []
        self.address = f"http://{HOST}:{self._port}"

    def __enter__(self) -> "EmbeddedGateway":
        self._folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "gateway", "serve", "--database", f"sqlite:///{self._folder / 'gateway.db'}",
                   "--files", str(self._folder / "files"), "--port", str(self._port), "--stop-with-stdin",
                   *self._options]
        if self._bootstrap:
            command += ["--bootstrap", str(self._bootstrap)]
        if self._policy:
            command += ["--policy", str(self._policy)]
        with (self._folder / "gateway.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True)
        self._reader = Thread(target=lambda: self._lines.append(self._process.stdout.readline()), name="gateway-start",
                              daemon=True)
        self._reader.start()
        return self

    def wait(self) -> None:
        """Return once the gateway listens. Raises ``gateway.not_started``."""
        self._reader.join(START_S)
        if not self._lines or not self._lines[0].startswith("listening on "):
            raise NOT_STARTED()

    def __exit__(self, *_: object) -> None:
        """Closing its input asks it to end; it is ended by force if it does not."""
        self._process.stdin.close()
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join()
        self._process.stdout.close()


def _free_port() -> int:
    """A port that is free now; the gateway binds it a moment later, and says so if somebody else was quicker."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]
