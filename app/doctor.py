"""The doctor: every part a signing rests on, looked at one by one; each is fine, or it says what to do."""

import argparse
import sys
from datetime import UTC, datetime

from app.capture import probes
from app.capture.probes import Probe
from app.domain.condition import Condition
from app.embedded import EmbeddedGateway
from app.forms.fonts import fonts
from app.store.keystore import KeyStoreUnavailable, OsKeyStore
from app.sync.transport import Transport

CLOCK_DRIFT_S = 120.0
NAME = "doctor"


def examine(args: argparse.Namespace) -> tuple[Probe, ...]:
    """All probes in the order a signing needs them. Takes up to half a minute where no place source answers."""
    camera = int(args.camera) if args.camera.isdecimal() else args.camera
    return (
        probes.camera(camera), probes.place(args.place),
        *(() if args.microphone == "none" else (probes.microphone(args.microphone),)),
        probes.disk(args.data), probes.clock(), key_store(), font(), gateway(args))


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
        return _bad("fonts", missing)
    return Probe("fonts", "ok", "合同字体可用。", "The contract font is here.", detail=found.regular_file.name)


def gateway(args: argparse.Namespace) -> Probe:
    """The configured bank answers with its time; without one the embedded gateway starts."""
    try:
        if args.gateway:
            return _clock_against(args.gateway)
        with EmbeddedGateway(args.data / "doctor-gateway") as embedded:
            embedded.wait()
            return _clock_against(embedded.address)
    except Condition as trouble:
        return _bad("gateway", trouble)


def _clock_against(address: str) -> Probe:
    from app.domain.wire import TimeAnswer

    transport = Transport(address)
    try:
        bank = transport.call("GET", "/v1/time").read(TimeAnswer).time
    finally:
        transport.close()
    drift = abs((datetime.now(UTC) - bank).total_seconds())
    if drift > CLOCK_DRIFT_S:
        return Probe("gateway", "warn", f"本机时钟与银行相差 {drift:.0f} 秒。",
                     f"This clock differs from the bank's by {drift:.0f} s.", "请校准系统时间。", "Set the system clock.")
    return Probe("gateway", "ok", "银行网关应答正常，时钟一致。", "The bank's gateway answers and the clocks agree.",
                 detail=f"{sys.platform} ±{drift:.1f} s")


def _bad(name: str, trouble: Condition) -> Probe:
    return Probe(name, "bad", trouble.message("zh"), trouble.message("en"), trouble.next("zh"), trouble.next("en"),
                 detail=trouble.code)
