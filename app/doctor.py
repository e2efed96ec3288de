"""The doctor: every part a signing rests on, looked at one by one; each is fine, or it says what to do."""

import argparse
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from app.asking import PASSPHRASE_NEEDED, has_data, passphrase_given
from app.capture import probes
from app.capture.camera import DEVICE
from app.capture.camera_identity import CameraIdentity, identify
from app.capture.engines import engine_of
from app.capture.model_shelf import ModelShelf
from app.capture.probes import Probe, State
from app.desk.device import camera_doubt
from app.domain.condition import Condition
from app.domain.wire import TimeAnswer
from app.embedded import EmbeddedGateway
from app.forms.fonts import fonts
from app.records import records
from app.store.database import STORE_IN_USE
from app.store.keystore import KeyStoreUnavailable, OsKeyStore
from app.sync.enrolment import DeviceEnrolment
from app.sync.transport import Transport

CLOCK_DRIFT_S = 120.0
NAME = "doctor"
CANNOT_LOOK = (PASSPHRASE_NEEDED, STORE_IN_USE)


def examine(args: argparse.Namespace) -> Iterator[Probe]:
    """All probes in the order a signing needs them, each as soon as it is done; nothing is left behind.

    Takes up to half a minute where no place source answers.
    """
    camera = probes.camera(args.camera)
    yield camera
    yield probes.place(args.place)
    if args.microphone != "none":
        yield probes.microphone(args.microphone)
    yield from beside_a_window(args.data)
    opened, enrolment, bank = data(args.data)
    yield opened
    device = DEVICE.fullmatch(args.camera)
    if device and camera.state != "bad" and enrolment is not None:
        yield enrolled_camera(identify(int(device[1])), enrolment)
    yield gateway(args.gateway or bank)


def beside_a_window(folder: Path) -> Iterator[Probe]:
    """What can be looked at while the program runs: nothing is opened that it holds."""
    yield probes.disk(folder)
    yield probes.clock()
    yield key_store()
    yield font()
    yield models(folder)


def key_store() -> Probe:
    """Write, read and remove a trial secret in the operating system's key store."""
    store = OsKeyStore()
    try:
        store.put(NAME, "trial")
        found = store.get(NAME)
        store.remove(NAME)
    except KeyStoreUnavailable:
        return Probe("key_store", "warn", "没有可用的系统密钥库，数据将由口令保护。",
                     "There is no key store of the system; a passphrase will protect the data.",
                     "登录桌面会话，或在启动时输入数据口令。", "Sign in to a desktop session, or enter the passphrase at start.")
    if found != "trial":
        return Probe("key_store", "bad", "系统密钥库读不回写入的内容。", "The key store does not return what was written.",
                     "请联系系统管理员。", "Call the system's administrator.")
    return Probe("key_store", "ok", "系统密钥库可用。", "The system's key store works.")


def font() -> Probe:
    """The TrueType Chinese font that contracts are drawn with."""
    try:
        found = fonts()
    except Condition as missing:
        return _trouble("fonts", "bad", missing)
    return Probe("fonts", "ok", "合同字体可用。", "The contract font is here.", detail=found.body.file.name)


def models(folder: Path) -> Probe:
    """The model pack of the face check: every file hashed, none loaded. A pack that is not sound is never gone round."""
    try:
        pack = ModelShelf(folder).in_use()
        engine = engine_of(pack)
    except Condition as trouble:
        return _trouble("models", "bad", trouble)
    name = f"{pack.description.name} {pack.description.version}"
    detail = f"{pack.sha256[:12]} {engine.name}"
    if "attack_detection" in engine.lacks:
        return Probe("models", "warn", f"人脸模型包：{name}，没有翻拍检测，活体检测最多得到“需人工复核”。",
                     f"Model pack: {name}; it has no attack detection, so a face check ends in review at best.",
                     "用 mianqian models add 安装银行的模型包。", "Install the bank's pack with mianqian models add.", detail)
    return Probe("models", "ok", f"人脸模型包：{name}。", f"Model pack: {name}.", detail=detail)


def data(folder: Path) -> tuple[Probe, DeviceEnrolment | None, str]:
    """Whether the data folder opens, its enrolment, and the address of that bank, '' for an embedded one or none. Nobody is
    asked."""
    if not has_data(folder):
        return Probe("data", "ok", "还没有数据，首次启动时建立。", "There is no data yet; the first start makes it."), None, ""
    try:
        with records(folder, passphrase=passphrase_given) as here:
            enrolment, bank = here.enrolment, here.bank
    except Condition as trouble:
        return _trouble("data", "warn" if trouble.kind in CANNOT_LOOK else "bad", trouble), None, ""
    return Probe("data", "ok", "数据文件夹可以打开。", "The data folder opens."), enrolment, bank


def enrolled_camera(camera: CameraIdentity, enrolment: DeviceEnrolment) -> Probe:
    """Whether the bank knows this camera as one of this device's; what is not goes to review, so it is a warning."""
    shown = f"{camera.hardware_id} {camera.name}".strip()
    doubt = camera_doubt(camera.hardware_id, enrolment)
    if doubt is None:
        return Probe("camera_enrolled", "ok", "摄像头已在银行登记。", "The camera is enrolled with the bank.", detail=shown)
    return replace(_trouble("camera_enrolled", "warn", doubt), detail=shown)


def gateway(address: str) -> Probe:
    """The bank answers with its time; without one the embedded gateway starts, in a folder for the moment."""
    try:
        if address:
            return _clock_against(address, "银行网关应答正常，时钟一致。", "The bank's gateway answers and the clocks agree.")
        with tempfile.TemporaryDirectory(prefix="mianqian-doctor-") as folder, EmbeddedGateway(Path(folder)) as embedded:
            embedded.wait()
            return _clock_against(embedded.address, "内置银行网关可以启动。", "The embedded gateway starts.")
    except Condition as trouble:
        return _trouble("gateway", "bad", trouble)


def _clock_against(address: str, zh: str, en: str) -> Probe:
    transport = Transport(address)
    try:
        bank = transport.call("GET", "/v1/time").read(TimeAnswer).time
    finally:
        transport.close()
    drift = abs((datetime.now(UTC) - bank).total_seconds())
    if drift > CLOCK_DRIFT_S:
        return Probe("gateway", "warn", f"本机时钟与银行相差 {drift:.0f} 秒。",
                     f"This clock differs from the bank's by {drift:.0f} s.", "请校准系统时间。", "Set the system clock.")
    return Probe("gateway", "ok", zh, en, detail=f"clock ±{drift:.1f} s")


def _trouble(name: str, state: State, trouble: Condition) -> Probe:
    return Probe(name, state, trouble.message("zh"), trouble.message("en"), trouble.next("zh"), trouble.next("en"),
                 detail=trouble.code)
