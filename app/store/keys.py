"""The data key and everything derived from it.

One random 256-bit data key per data folder. It is stored only wrapped (AES-256-GCM), in ``keys.json``: under a key that
the operating system's key store holds, under a passphrase (Argon2id), or under both. From it HKDF-SHA256 derives one
key per purpose: the database, the wrapping of case keys, the device's signing key. No key is ever written in clear.
"""

import base64
import binascii
import hmac
import secrets
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal
from uuid import uuid4

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import Field, StringConstraints, ValidationError

from app.domain.condition import Kind
from app.domain.model import Model
from app.store import layout
from app.store.disk import Disk, conditions
from app.store.keystore import KeyStore, KeyStoreUnavailable

KEYS_UNAVAILABLE = Kind(
    "keys.unavailable",
    zh="无法从系统密钥库取得本机密钥。",
    zh_next="请登录并解锁系统密钥库，或输入数据口令；已上传的案件在银行侧仍可读取。",
    en="This computer's key could not be had from the system's key store.",
    en_next="Sign in and unlock the key store, or give the data passphrase; what was sent stays readable at the bank.",
)
KEYS_WRONG_PASSPHRASE = Kind(
    "keys.wrong_passphrase",
    zh="数据口令不正确。", zh_next="请重新输入；口令区分大小写。",
    en="The passphrase is wrong.", en_next="Enter it again; upper and lower case matter.",
)
KEYS_PASSPHRASE_SHORT = Kind(
    "keys.passphrase_short",
    zh="数据口令太短。", zh_next="请使用至少 {least} 个字符。",
    en="The passphrase is too short.", en_next="Use at least {least} characters.",
)
KEYS_DAMAGED = Kind(
    "keys.damaged",
    zh="密钥文件缺失或已损坏，本机数据无法打开。", zh_next="请勿删除数据文件夹；请联系管理员从备份恢复 keys.json。",
    en="The key file is missing or damaged; the data on this computer cannot be opened.",
    en_next="Do not delete the data folder; have keys.json restored from a backup.",
)

KEYS_NEWER = Kind(
    "keys.newer",
    zh="密钥文件由更新版本的程序保存。", zh_next="请安装最新版本的面签台；数据没有改动。",
    en="The key file was written by a newer version.", en_next="Install the latest version; nothing was changed.",
)

PASSPHRASE_LEAST = 8
FORMAT = "mianqian-keys/1"
_FORMATS = FORMAT.removesuffix("1").encode()
_KEY_BYTES = 32
_NONCE_BYTES = 12
_MEMORY_KIB, _PASSES, _LANES = 64 * 1024, 3, 4

Hex = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{2})*$")]


class _Slot(Model):
    """The data key wrapped once. The Argon2 numbers are bounded, because the file may be hostile."""

    kind: Literal["key_store", "passphrase"]
    wrapped: Hex
    salt: Hex = ""
    memory_kib: int = Field(default=_MEMORY_KIB, ge=8 * 1024, le=1024 * 1024)
    passes: int = Field(default=_PASSES, ge=1, le=16)
    lanes: int = Field(default=_LANES, ge=1, le=16)


class _Header(Model):
    format: Literal["mianqian-keys/1"] = FORMAT
    store: str
    slots: tuple[_Slot, ...] = Field(min_length=1)

    def slot(self, kind: str) -> _Slot | None:
        return next((slot for slot in self.slots if slot.kind == kind), None)


class Keys:
    """The unlocked keys of one data folder. Holds secrets: never log it, never send it to another process."""

    __slots__ = ("_data_key", "store")

    def __init__(self, data_key: bytes, store: str) -> None:
        self._data_key = data_key
        self.store = store

    def __repr__(self) -> str:
        return "Keys(…)"

    def __reduce__(self):
        raise TypeError("keys do not leave the process")

    def database_key(self) -> bytes:
        """256-bit raw key of the encrypted database."""
        return self._derive(b"database/1")

    def signing_key(self) -> Ed25519PrivateKey:
        """The device's signature key (manifests). Derived, so it is as durable as the data itself."""
        return Ed25519PrivateKey.from_private_bytes(self._derive(b"device-ed25519/1"))

    def wrap(self, secret: bytes, label: str) -> bytes:
        """Encrypt a small secret; ``label`` binds it to its place (a case id) and must be given again."""
        return _seal(self._derive(b"wrap/1"), secret, label.encode())

    def unwrap(self, wrapped: bytes, label: str) -> bytes:
        """Inverse of ``wrap``; raises KEYS_DAMAGED where bytes or label do not fit."""
        try:
            return _unseal(self._derive(b"wrap/1"), wrapped, label.encode())
        except InvalidTag as error:
            raise KEYS_DAMAGED() from error

    def mac(self, text: str, purpose: str) -> str:
        """A keyed hash (HMAC-SHA256, hex) by which equal texts are known here and nowhere else."""
        return hmac.digest(self._derive(b"mac/" + purpose.encode()), text.encode(), "sha256").hex()

    def _derive(self, purpose: bytes) -> bytes:
        return HKDF(SHA256(), _KEY_BYTES, self.store.encode(), b"mianqian/" + purpose).derive(self._data_key)


def unlock(folder: Path, *, key_store: KeyStore, passphrase: Callable[[], str] | None = None) -> Keys:
    """Open the folder's keys, or make them on first use.

    The key store is tried first; ``passphrase`` is called only where that does not answer. Raises KEYS_UNAVAILABLE
    (neither is to be had), KEYS_WRONG_PASSPHRASE, KEYS_PASSPHRASE_SHORT (first use) or KEYS_DAMAGED.
    """
    with conditions():
        layout.make_folder(folder)
        fresh = not (folder / layout.KEYS).exists()
        if fresh and (folder / layout.DATABASE).exists():
            raise KEYS_DAMAGED()  # new keys over old data would only hide the loss
    return _create(folder, key_store, passphrase) if fresh else _open(folder, key_store, passphrase)


def add_passphrase(folder: Path, keys: Keys, passphrase: str) -> None:
    """Let a passphrase open the folder too, beside what opens it now; replaces an earlier passphrase."""
    header = _read(folder)
    kept = tuple(slot for slot in header.slots if slot.kind != "passphrase")
    slot = _passphrase_slot(keys._data_key, keys.store, passphrase)
    _write(folder, header.model_copy(update={"slots": (*kept, slot)}))


def _create(folder: Path, key_store: KeyStore, passphrase: Callable[[], str] | None) -> Keys:
    data_key, store = secrets.token_bytes(_KEY_BYTES), str(uuid4())
    try:
        slot = _key_store_slot(data_key, store, key_store)
    except KeyStoreUnavailable as error:
        if passphrase is None:
            raise KEYS_UNAVAILABLE() from error
        slot = _passphrase_slot(data_key, store, passphrase())
    _write(folder, _Header(store=store, slots=(slot,)))
    return Keys(data_key, store)


def _open(folder: Path, key_store: KeyStore, passphrase: Callable[[], str] | None) -> Keys:
    header = _read(folder)
    if (slot := header.slot("key_store")) and (kek := _fetch(key_store, header.store)):
        try:
            return Keys(_unseal(kek, bytes.fromhex(slot.wrapped), _label(header.store, slot.kind)), header.store)
        except InvalidTag as error:
            raise KEYS_DAMAGED() from error
    slot = header.slot("passphrase")
    if slot is None or passphrase is None:
        raise KEYS_UNAVAILABLE()
    try:
        kek = _stretch(passphrase(), slot)
        return Keys(_unseal(kek, bytes.fromhex(slot.wrapped), _label(header.store, slot.kind)), header.store)
    except InvalidTag as error:
        raise KEYS_WRONG_PASSPHRASE() from error


def _fetch(key_store: KeyStore, store: str) -> bytes | None:
    """The wrapping key from the key store, or None where the store or the entry is not there."""
    try:
        text = key_store.get(store)
        return base64.b64decode(text, validate=True) if text else None
    except KeyStoreUnavailable:
        return None
    except binascii.Error as error:
        raise KEYS_DAMAGED() from error


def _key_store_slot(data_key: bytes, store: str, key_store: KeyStore) -> _Slot:
    kek = secrets.token_bytes(_KEY_BYTES)
    text = base64.b64encode(kek).decode()
    key_store.put(store, text)
    if key_store.get(store) != text:  # a store that drops what it is given would lose every case at the next start
        raise KeyStoreUnavailable
    return _Slot(kind="key_store", wrapped=_seal(kek, data_key, _label(store, "key_store")).hex())


def _passphrase_slot(data_key: bytes, store: str, passphrase: str) -> _Slot:
    if len(passphrase) < PASSPHRASE_LEAST:
        raise KEYS_PASSPHRASE_SHORT(least=PASSPHRASE_LEAST)
    slot = _Slot(kind="passphrase", wrapped="", salt=secrets.token_bytes(16).hex())
    wrapped = _seal(_stretch(passphrase, slot), data_key, _label(store, slot.kind))
    return slot.model_copy(update={"wrapped": wrapped.hex()})


def _stretch(passphrase: str, slot: _Slot) -> bytes:
    """Argon2id. NFKC, so that the same characters from another input method give the same key."""
    secret = unicodedata.normalize("NFKC", passphrase).encode()
    salt = bytes.fromhex(slot.salt)
    return hash_secret_raw(secret, salt, slot.passes, slot.memory_kib, slot.lanes, _KEY_BYTES, Type.ID)


def _label(store: str, kind: str) -> bytes:
    return f"mianqian-keys/1/{store}/{kind}".encode()


def _seal(key: bytes, secret: bytes, label: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, secret, label)


def _unseal(key: bytes, sealed: bytes, label: bytes) -> bytes:
    if len(sealed) <= _NONCE_BYTES:
        raise InvalidTag
    return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], label)


def _read(folder: Path) -> _Header:
    with conditions():
        try:
            text = (folder / layout.KEYS).read_bytes()
        except FileNotFoundError as error:
            raise KEYS_DAMAGED() from error
    try:
        return _Header.model_validate_json(text)
    except ValidationError as error:
        raise (KEYS_NEWER if _FORMATS in text and FORMAT.encode() not in text else KEYS_DAMAGED)() from error


def _write(folder: Path, header: _Header) -> None:
    Disk().write(folder / layout.KEYS, header.model_dump_json(indent=1).encode())
