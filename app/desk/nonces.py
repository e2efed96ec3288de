"""Where an attempt's nonce comes from: the bank while there is a line, else this device. Nobody waits long for it."""

import logging
import threading
from typing import Protocol
from uuid import uuid4

from app.domain.challenge import NonceFrom
from app.domain.condition import Condition

log = logging.getLogger(__name__)

PATIENCE_S = 3.0


class Challenger(Protocol):
    def challenge(self, case_id: str) -> str:
        """A fresh nonce for one attempt of this case. Raises ``bank.*``."""


class Nonces:
    """``bank`` is asked for each attempt; an answer later than ``patience_s`` is not used."""

    def __init__(self, bank: Challenger | None, patience_s: float = PATIENCE_S) -> None:
        self._bank = bank
        self._patience_s = patience_s

    def draw(self, case_id: str, used: frozenset[str]) -> tuple[str, NonceFrom]:
        """A nonce that is not among ``used``, and where it comes from."""
        told = self._ask(case_id)
        if told and told not in used:
            return told, "bank"
        return uuid4().hex, "device"

    def _ask(self, case_id: str) -> str:
        if self._bank is None:
            return ""
        answer: list[str] = []

        def ask() -> None:
            try:
                answer.append(self._bank.challenge(case_id))
            except Condition as condition:
                log.info("no challenge from the bank: %s", condition.code)

        asking = threading.Thread(target=ask, name="challenge", daemon=True)
        asking.start()
        asking.join(self._patience_s)
        return answer[0] if answer else ""
