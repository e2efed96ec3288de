"""The living customer, drawn once for all tests of this room."""

import pytest

from app.capture.engines import load_engine
from app.demo.portrait import camera_picture
from app.demo.puppet import Puppet
from tests.unit.capture.theatre import Clips


@pytest.fixture(scope="session")
def built_in():
    return load_engine()


@pytest.fixture(scope="session")
def bank_pack(shared_data):
    return load_engine(shared_data / "models")


@pytest.fixture(scope="session")
def puppet(built_in):
    picture = camera_picture()
    return Puppet(picture, built_in.points(picture, built_in.faces(picture)[0]))


@pytest.fixture(scope="session")
def clips(puppet):
    return Clips(puppet)
