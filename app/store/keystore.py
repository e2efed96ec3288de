"""The operating system's key store as a port: one small secret under one name."""

from typing import Protocol

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError, PasswordDeleteError

SERVICE = "mianqian"


class KeyStoreUnavailable(Exception):
    """There is no key store here, or it is locked and nobody unlocked it."""


class KeyStore(Protocol):
    """Each method raises KeyStoreUnavailable where the store does not answer."""

    def get(self, name: str) -> str | None: ...

    def put(self, name: str, secret: str) -> None: ...

    def remove(self, name: str) -> None: ...


class OsKeyStore:
    """Windows Credential Manager, macOS Keychain, Secret Service or KWallet, through keyring.

    Only backends that come with keyring are used: add-on ones may keep secrets in plain files or ask on the terminal.
    """

    def get(self, name: str) -> str | None:
        backend = _backend()
        try:
            return backend.get_password(SERVICE, name)
        except KeyringError as error:
            raise KeyStoreUnavailable from error

    def put(self, name: str, secret: str) -> None:
        backend = _backend()
        try:
            backend.set_password(SERVICE, name, secret)
        except KeyringError as error:
            raise KeyStoreUnavailable from error

    def remove(self, name: str) -> None:
        """Removing what is not there is no error."""
        backend = _backend()
        try:
            backend.delete_password(SERVICE, name)
        except PasswordDeleteError:
            return
        except KeyringError as error:
            raise KeyStoreUnavailable from error


class NoKeyStore:
    """For a folder that a passphrase alone opens."""

    def get(self, name: str) -> str | None:
        raise KeyStoreUnavailable

    def put(self, name: str, secret: str) -> None:
        raise KeyStoreUnavailable

    def remove(self, name: str) -> None:
        raise KeyStoreUnavailable


def _backend() -> KeyringBackend:
    chosen = keyring.get_keyring()
    candidates = getattr(chosen, "backends", None) or [chosen]  # a chainer holds the usable ones, best first
    for backend in candidates:
        module = type(backend).__module__
        if module.startswith("keyring.backends.") and not module.endswith((".fail", ".null")):
            return backend
    raise KeyStoreUnavailable
