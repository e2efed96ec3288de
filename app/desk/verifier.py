"""A secret that is kept as an Argon2id verifier only and cannot be guessed without end."""

from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from app.store.settings import Settings

HASHER = PasswordHasher()  # RFC 9106's second recommended option


class Verifier:
    """One secret under ``name`` of the settings; after ``most`` wrong tries none is judged until it is kept anew or forgiven."""

    def __init__(self, settings: Settings, name: str, most: int, hasher: PasswordHasher = HASHER) -> None:
        self._settings, self._name, self._most, self._hasher = settings, name, most, hasher

    @property
    def kept(self) -> dict[str, Any] | None:
        """What lies there; None where nothing was ever kept."""
        return self._settings.get(self._name)

    @property
    def left(self) -> int:
        """Tries that are left."""
        return max(0, self._most - self.kept.get("tried", 0))

    def keep(self, secret: str, **beside: str) -> None:
        """Take this secret in place of any before, and what is to stand beside it."""
        self._settings.set(self._name, {**beside, "verifier": self._hasher.hash(secret), "tried": 0})

    def holds(self, typed: str) -> bool:
        """Whether this is the secret. A try is counted before it is judged, so that ending the program undoes none; a right one
        gives all of them back."""
        with self._settings.together():  # two at once are two tries
            if not self.left:
                return False
            kept = self.kept
            self._settings.set(self._name, kept | {"tried": kept.get("tried", 0) + 1})
        try:
            self._hasher.verify(kept["verifier"], typed)
        except VerifyMismatchError:
            return False
        self.forgive()
        return True

    def forgive(self) -> None:
        """All tries are there again; without a secret nothing happens."""
        if (kept := self.kept) is not None:
            self._settings.set(self._name, kept | {"tried": 0})
