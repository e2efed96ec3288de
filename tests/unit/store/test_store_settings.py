from datetime import UTC, datetime

from app.store.clock import SystemClock


def test_values_are_remembered_across_restarts(store, reopen):
    values = {"text": "银行", "number": 1.5, "nothing": None, "list": [1, {"a": True}]}
    for name, value in values.items():
        store.settings.set(name, value)
    store.settings.set("number", 2)
    store.database.close()
    settings = reopen().settings
    assert {name: settings.get(name, "default") for name in values} == values | {"number": 2}
    assert settings.get("unknown") is None
    assert settings.get("unknown", 7) == 7
    settings.remove("text")
    assert settings.get("text") is None


def test_the_system_clock_is_utc_and_does_not_go_back():
    clock = SystemClock()
    assert clock.now().tzinfo is UTC
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)
    assert clock.monotonic_ms() <= clock.monotonic_ms()
    assert clock.boot
