"""The default policy pack and a plain set of terms."""

from pathlib import Path

import pytest

from app.domain.policy import PolicyPack
from app.domain.policy_text import parse_policy

POLICY = Path(__file__).resolve().parents[3] / "resources" / "policy"


@pytest.fixture(scope="session")
def policy_toml() -> str:
    return (POLICY / "default.toml").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def dealers_toml() -> str:
    return (POLICY / "dealers.toml").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def pack(policy_toml: str) -> PolicyPack:
    return parse_policy(policy_toml)
