"""A key store in memory: the system's at its port, without a passphrase's costly key derivation."""

from dataclasses import dataclass, field


@dataclass
class MemoryKeyStore:
    entries: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str | None:
        return self.entries.get(name)

    def put(self, name: str, secret: str) -> None:
        self.entries[name] = secret

    def remove(self, name: str) -> None:
        self.entries.pop(name, None)
