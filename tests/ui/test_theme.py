"""Colours that text is painted in reach 4.5:1, in both themes."""

import pytest

from app.ui import theme
from app.ui.stylesheet import mix, stylesheet

INKS = ("ink", "ink2", "brand", "ok", "warn", "bad")
ON_GROUND = [(ink, ground) for ink in INKS for ground in ("surface", "background")]
ON_TINT = [*((tone, f"{tone}_tint") for tone in INKS[2:]), ("ink2", "track"), ("on_brand", "brand"),
           ("ink", "brand_tint")]


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), ON_GROUND + ON_TINT)
def test_text_colours_reach_the_contrast_that_people_need(name, ink, ground):
    tokens = theme.THEMES[name]
    assert theme.contrast(getattr(tokens, ink), getattr(tokens, ground)) >= 4.5


def test_contrast_is_the_one_of_wcag():
    assert theme.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert theme.contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_the_sheet_leaves_no_placeholder_open():
    for tokens in theme.THEMES.values():
        assert "$" not in stylesheet(tokens)


def test_mixing_half_of_each():
    assert mix("#000000", "#FFFFFF", 0.5) == "#808080"


def test_a_theme_changes_the_palette(qapp):
    theme.apply("dark")
    assert qapp.palette().window().color().name().upper() == theme.DARK.background
