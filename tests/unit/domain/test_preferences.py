"""What is set on a device: broken values are the default, each for itself; a proxy is an address or it is told."""

import pytest

from app.domain.condition import Condition
from app.domain.preferences import Preferences, proxy_address


@pytest.mark.parametrize("stored", [None, "text", 7, [], {"language": None, "unknown": 1}])
def test_what_was_never_kept_or_is_no_table_is_the_default(stored):
    assert Preferences.read(stored) == Preferences()


def test_a_broken_value_leaves_the_others_alone():
    read = Preferences.read({"language": "en", "theme": "purple", "type_size": 130, "camera": "", "microphone": "x" * 501,
                             "place": 5})
    assert read == Preferences(language="en", type_size=130)


@pytest.mark.parametrize(("typed", "used"), [
    ("", ""), ("  ", ""), ("proxy.example:8080", "http://proxy.example:8080"), (" https://p:1/ ", "https://p:1"),
    ("http://user:secret@proxy.example:3128", "http://user:secret@proxy.example:3128")])
def test_a_proxy_is_written_with_or_without_its_scheme(typed, used):
    assert proxy_address(typed) == used


@pytest.mark.parametrize("typed", ["proxy", "ftp://p:21", "http://p:99999", "http://p", "http://p:80/path", "http://[::1"])
def test_what_is_no_proxy_is_told(typed):
    with pytest.raises(Condition) as told:
        proxy_address(typed)
    assert told.value.code == "proxy.unreadable"
