"""What comes from the bank: policy pack, dealers and this device's cameras, and what happened to this manager's cases."""

from app.domain import wire
from app.domain.model import Model
from app.sync.client import BankClient


class PolicyNews(Model):
    """Policy pack and dealers as the bank publishes them (TOML), and the cameras this device may use. ``changed`` compares
    with the last fetch."""

    policy_toml: str
    policy_sha256: str
    dealers_toml: str
    cameras: wire.Cameras
    changed: bool


class PolicyFeed:
    def __init__(self, client: BankClient) -> None:
        self._client = client
        self._policy: wire.PolicyAnswer | None = None
        self._dealers: wire.DealersAnswer | None = None
        self._cameras: wire.Cameras | None = None

    def fetch(self) -> PolicyNews:
        """Both texts, hashes checked; unchanged ones are not sent again; and the cameras. Raises ``bank.*``."""
        policy = self._client.policy(self._policy.sha256 if self._policy else "")
        dealers = self._client.dealers(self._dealers.sha256 if self._dealers else "")
        cameras, before = self._client.device().cameras, self._cameras
        self._policy, self._dealers, self._cameras = policy or self._policy, dealers or self._dealers, cameras
        return PolicyNews(policy_toml=self._policy.text, policy_sha256=self._policy.sha256,
                          dealers_toml=self._dealers.text, cameras=cameras,
                          changed=bool(policy or dealers) or cameras != before)


class StatusFeed:
    def __init__(self, client: BankClient) -> None:
        self._client = client

    def fetch(self, cursor: int) -> wire.ChangesAnswer:
        """Changes after ``cursor``, oldest first, each with a fact for the case's journal; ``more`` says ask again."""
        return self._client.changes(cursor)
