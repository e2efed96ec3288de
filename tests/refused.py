"""An act that must be refused."""

from collections.abc import Callable

import pytest

from app.domain.condition import Condition


def refused(code: str, act: Callable, *args: object, **options: object) -> Condition:
    """The Condition with which ``act`` is refused; fails unless it has this code, and words and a next step in both languages."""
    with pytest.raises(Condition) as caught:
        act(*args, **options)
    assert caught.value.code == code
    assert all(caught.value.message(language) and caught.value.next(language) for language in ("zh", "en"))
    return caught.value
