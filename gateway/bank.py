"""What the running gateway is made of, built once and handed to every room of it."""

import threading
from dataclasses import dataclass, field
from hashlib import sha256

from starlette.requests import Request

from app.domain.evidence import canonical
from app.domain.policy import Dealer
from gateway.database import Database
from gateway.files import CaseFiles
from gateway.keys import BankKeys
from gateway.limits import Limiter


@dataclass(frozen=True)
class Bank:
    database: Database
    files: CaseFiles
    keys: BankKeys
    dealers: tuple[Dealer, ...]
    enrol_limit: Limiter = field(default_factory=lambda: Limiter(20, 60))
    sign_in_limit: Limiter = field(default_factory=lambda: Limiter(60, 60))
    hashing: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(2))

    @property
    def dealers_sha256(self) -> str:
        return sha256(canonical([dealer.model_dump(mode="json") for dealer in self.dealers])).hexdigest()


def bank_of(request: Request) -> Bank:
    return request.app.state.bank
