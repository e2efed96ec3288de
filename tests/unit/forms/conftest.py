"""Made once: a bank, a document with three signatures, and its package."""

import pytest

from tests.unit.forms.forms_bank import Bank, make_bank
from tests.unit.forms.forms_case import PackageMaker, context, drawn, sealed


@pytest.fixture(scope="session")
def bank() -> Bank:
    return make_bank()


@pytest.fixture(scope="session")
def contract():
    return drawn("loan_contract", context(), ("borrower", "spouse", "manager"))


@pytest.fixture(scope="session")
def versions(bank, contract) -> list[bytes]:
    return sealed(bank, contract)


@pytest.fixture(scope="session")
def package(bank, versions, tmp_path_factory) -> PackageMaker:
    """A finished package; tests that change it copy it first."""
    maker = PackageMaker(bank, tmp_path_factory.mktemp("证据 package"))
    maker.make(versions)
    return maker
