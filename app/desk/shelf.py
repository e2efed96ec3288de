"""The shelf of policy packs and dealers: the current ones, and every older pack that a kept case still needs."""

from datetime import datetime

from app.capture.kinds import kinds
from app.domain.condition import Kind
from app.domain.policy import Dealer, PolicyPack
from app.domain.policy_text import parse_dealers, parse_policy, reread_policy
from app.store.settings import Settings

POLICY_MISSING = Kind(
    "policy.missing",
    zh="本机还没有银行的产品与规则包。", zh_next="请联网后同步一次，或让管理员导入规则包。",
    en="This device has no policy pack of the bank yet.", en_next="Connect and sync once, or have a pack imported.")
UNKNOWN_DEALER = Kind(
    "terms.dealer_unknown", zh="这家车商不在银行的准入名单里。", zh_next="请从名单中选择，或联网更新名单。",
    en="This dealer is not on the bank's list.", en_next="Choose one from the list, or connect to refresh it.")


class PolicyShelf:
    """Keeps pack texts by hash in the encrypted settings, so that a case keeps the version it began with."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._packs: dict[str, PolicyPack] = {}
        self._dealers: tuple[str, tuple[Dealer, ...]] = ("", ())

    def put(self, policy_toml: str, dealers_toml: str, fetched_at: datetime) -> PolicyPack:
        """Check and keep both texts; raises ``policy.invalid`` and keeps the old ones where they do not hold."""
        pack = parse_policy(policy_toml, kinds())
        parse_dealers(dealers_toml)
        self._settings.set(f"policy/{pack.sha256}", policy_toml)
        self._settings.set("dealers", dealers_toml)
        self._settings.set("policy/current", {"sha256": pack.sha256, "fetched_at": fetched_at.isoformat()})
        self._packs[pack.sha256] = pack
        return pack

    @property
    def stocked(self) -> bool:
        """Is there a pack at all?"""
        return self._settings.get("policy/current") is not None

    @property
    def current(self) -> PolicyPack:
        entry = self._settings.get("policy/current")
        if entry is None:
            raise POLICY_MISSING()
        return self.pack(entry["sha256"])

    def pack(self, sha256: str) -> PolicyPack:
        if sha256 not in self._packs:
            text = self._settings.get(f"policy/{sha256}")
            if text is None:
                raise POLICY_MISSING()
            self._packs[sha256] = reread_policy(text)
        return self._packs[sha256]

    @property
    def dealers(self) -> tuple[Dealer, ...]:
        text = self._settings.get("dealers", "")
        if text != self._dealers[0]:
            self._dealers = (text, parse_dealers(text))
        return self._dealers[1]

    def dealer(self, dealer_id: str) -> Dealer | None:
        return next((d for d in self.dealers if d.id == dealer_id), None)

    def admitted(self, dealer_id: str) -> Dealer:
        """The dealer, or ``terms.dealer_unknown`` where the bank's list does not have it (any more)."""
        dealer = self.dealer(dealer_id)
        if dealer is None:
            raise UNKNOWN_DEALER()
        return dealer
