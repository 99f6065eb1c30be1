"""The look keeps its promises: text can be read in both themes, and no colour stands alone."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "static"
TRIPLE = re.compile(r"--c-([a-z0-9-]+):\s*([\d.]+)% ([\d.]+) ([\d.]+);")
TEXTS = ("ink", "ink-2", "ink-3", "teal", "red")
GROUNDS = ("paper", "sheet", "well")
CHIPS = ("teal", "red", "amber", "green", "violet")


def colours(*files):
    found = {}
    for file in files:
        for name, *triple in TRIPLE.findall((STATIC / "css" / file).read_text()):
            found[name] = tuple(map(float, triple))
    return found


THEMES = {"light": colours("tokens.css"), "dark": colours("tokens.css", "dark.css")}


def luminance(triple):
    """Relative luminance (WCAG 2) of an oklch colour, cut to what a screen can show."""
    lightness, chroma, hue = triple[0] / 100, triple[1], math.radians(triple[2])
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    red, green, blue = (min(max(one, 0), 1) for one in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", TEXTS)
def test_text_stands_out_from_every_ground(theme, ground, text):
    named = THEMES[theme]

    assert contrast(named[text], named[ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("chip", CHIPS)
def test_a_chip_can_be_read_on_its_wash(theme, chip):
    named = THEMES[theme]

    assert contrast(named[chip], named[f"{chip}-wash"]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_the_main_button_can_be_read_at_rest_and_pressed(theme):
    named = THEMES[theme]

    assert contrast(named["sheet"], named["teal"]) >= 4.5
    assert contrast(named["sheet"], named["teal-2"]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_quiet_text_can_be_read_on_a_selected_row_and_in_a_note(theme):
    named = THEMES[theme]

    for ground in ("teal-wash", "violet-wash"):
        assert contrast(named["ink-2"], named[ground]) >= 4.5
        assert contrast(named["ink-3"], named[ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_a_hit_of_a_search_can_be_read(theme):
    named = THEMES[theme]

    assert contrast(named["ink"], named["mark"]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_the_edge_of_a_field_and_the_focus_ring_can_be_seen(theme):
    named = THEMES[theme]

    for ground in GROUNDS:
        assert contrast(named["edge"], named[ground]) >= 3
        assert contrast(named["teal"], named[ground]) >= 3


def test_night_only_gives_known_names_other_values():
    light, dark = colours("tokens.css"), colours("dark.css")

    assert set(dark) == set(light)


def test_every_picture_a_page_asks_for_is_in_the_sprite():
    sprite = set(re.findall(r'symbol id="([a-z-]+)"', (STATIC / "icons.svg").read_text()))
    templates = STATIC.parent / "templates"
    asked = {
        name
        for page in templates.rglob("*.html")
        for name in re.findall(r'{% icon "([^"]+)"', page.read_text())
    }

    assert asked <= sprite


def test_no_page_carries_style_or_script_of_its_own():
    for page in (STATIC.parent / "templates").rglob("*.html"):
        text = page.read_text()
        assert not re.search(r'\sstyle="', text), page
        assert not re.search(r'\son[a-z]+="', text), page
        assert not re.search(r"<script(?![^>]*(src=|application/json))[^>]*>", text), page
