"""The colors keep their promises: contrast, color vision, and the weight of what is sent.

The expected figures are those of docs/design.md. A color changed by eye turns this red.
"""

import gzip
import re
from itertools import combinations
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parent.parent / "static"
TOKENS = (STATIC / "css" / "tokens.css").read_text()
THEMES = ("light", "dark")
HEX = r"#[0-9A-Fa-f]{6}"

Color = tuple[float, float, float]


def read_tokens() -> dict[str, dict[str, str]]:
    pairs = re.findall(rf"--([a-z0-9-]+): light-dark\(({HEX}), ({HEX})\)", TOKENS)
    tokens = {"light": {}, "dark": {}}
    for name, light, dark in pairs:
        tokens["light"][name], tokens["dark"][name] = light, dark
    for name, value in re.findall(rf"--((?:on-)?likert-[a-z0-9]+): ({HEX})", TOKENS):
        tokens["light"][name] = tokens["dark"][name] = value
    return tokens


COLORS = read_tokens()


def linear(color: str) -> Color:
    channels = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return red, green, blue


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio."""
    weights = (0.2126, 0.7152, 0.0722)
    light, dark = sorted(
        (sum(w * c for w, c in zip(weights, linear(color), strict=True)) for color in (one, other)),
        reverse=True,
    )
    return (light + 0.05) / (dark + 0.05)


# Machado, Oliveira and Fernandes 2009, severity 1.0, applied in linear RGB.
CVD = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def seen(color: str, deficiency: str) -> Color:
    rgb = linear(color)
    first, second, third = (
        min(1.0, max(0.0, sum(a * b for a, b in zip(row, rgb, strict=True))))
        for row in CVD[deficiency]
    )
    return first, second, third


def oklab(rgb: Color) -> Color:
    """Ottosson's OKLab of linear RGB."""
    r, g, b = rgb
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    middle = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def distance(one: str, other: str, deficiency: str) -> float:
    labs = (oklab(seen(color, deficiency)) for color in (one, other))
    return 100 * sum((a - b) ** 2 for a, b in zip(*labs, strict=True)) ** 0.5


# token on background: documented contrast in light, in dark.
DOCUMENTED = [
    ("ink", "bg", 15.1, 15.7),
    ("ink", "surface", 16.3, 14.1),
    ("ink", "surface-2", 14.1, 12.5),
    ("ink-2", "bg", 7.2, 10.1),
    ("ink-2", "surface", 7.8, 9.1),
    ("ink-2", "surface-2", 6.8, 8.1),
    ("ink-3", "bg", 5.3, 7.3),
    ("ink-3", "surface", 5.7, 6.6),
    ("ink-3", "surface-2", 4.9, 5.9),
    ("line-strong", "bg", 3.7, 4.8),
    ("line-strong", "surface", 4.0, 4.3),
    ("line-strong", "surface-2", 3.5, 3.8),
    ("primary", "bg", 7.5, 9.1),
    ("primary", "surface", 8.1, 8.2),
    ("primary", "surface-2", 7.0, 7.3),
    ("primary-hover", "bg", 9.9, 10.9),
    ("primary-hover", "surface", 10.7, 9.8),
    ("primary-hover", "surface-2", 9.3, 8.7),
    ("on-primary", "primary", 8.1, 8.4),
    ("on-primary", "primary-hover", 10.7, 10.1),
    ("on-primary-soft", "primary-soft", 8.6, 6.1),
    ("accent", "surface", 2.1, 9.0),
    ("on-accent", "accent", 7.8, 8.9),
    ("accent-ink", "accent-soft", 6.0, 7.8),
    ("private", "private-soft", 6.0, 7.7),
    ("info", "info-soft", 5.7, 7.2),
    ("ok", "ok-soft", 5.5, 7.3),
    ("warn", "warn-soft", 6.0, 7.7),
    ("danger", "danger-soft", 5.6, 7.1),
    ("s1", "surface", 8.1, 8.2),
    ("s2", "surface", 3.2, 3.9),
    ("s3", "surface", 14.3, 6.5),
    ("s4", "surface", 3.7, 3.9),
]
GRAPHICS = {"line-strong", "s1", "s2", "s3", "s4"}
DECORATION = {"accent"}  # always beside its value in words


@pytest.mark.parametrize(("token", "ground", "light", "dark"), DOCUMENTED)
def test_contrast_is_what_the_design_says(token, ground, light, dark):
    found = [contrast(COLORS[theme][token], COLORS[theme][ground]) for theme in THEMES]

    assert found == pytest.approx([light, dark], abs=0.1)


@pytest.mark.parametrize("theme", THEMES)
def test_words_reach_4_5_and_graphics_3(theme):
    colors = COLORS[theme]
    low = {
        (token, ground): round(ratio, 2)
        for token, ground, *_ in DOCUMENTED
        if token not in DECORATION
        and (ratio := contrast(colors[token], colors[ground])) < (3 if token in GRAPHICS else 4.5)
    }

    assert low == {}


@pytest.mark.parametrize(("theme", "least"), [("light", 13.1), ("dark", 10.5)])
def test_body_text_is_easy_to_read_on_every_soft_panel(theme, least):
    colors = COLORS[theme]
    panels = [name for name in colors if name.endswith("-soft") and not name.startswith("on-")]

    assert len(panels) == 7
    assert min(contrast(colors["ink"], colors[name]) for name in panels) >= least - 0.1


@pytest.mark.parametrize("theme", THEMES)
def test_the_focus_ring_shows_on_a_primary_button_only_through_its_gap(theme):
    colors = COLORS[theme]

    assert contrast(colors["ink"], colors["primary"]) < 3
    assert contrast(colors["surface"], colors["primary"]) >= 8
    assert "box-shadow: 0 0 0 2px var(--surface)" in (STATIC / "css" / "base.css").read_text()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("deficiency", CVD)
def test_chart_series_stay_apart_for_every_kind_of_color_vision(theme, deficiency):
    series = [COLORS[theme][name] for name in ("s1", "s2", "s3", "s4")]

    assert min(distance(*pair, deficiency) for pair in combinations(series, 2)) >= 12


@pytest.mark.parametrize(
    ("theme", "deficiency", "documented"),
    [
        ("light", "deuteranopia", 16.2),
        ("light", "protanopia", 19.0),
        ("light", "tritanopia", 16.1),
        ("dark", "deuteranopia", 14.0),
        ("dark", "protanopia", 12.7),
        ("dark", "tritanopia", 14.5),
    ],
)
def test_the_smallest_distance_is_what_the_design_says(theme, deficiency, documented):
    series = [COLORS[theme][name] for name in ("s1", "s2", "s3", "s4")]
    smallest = min(distance(*pair, deficiency) for pair in combinations(series, 2))

    assert smallest == pytest.approx(documented, abs=0.1)


@pytest.mark.parametrize("deficiency", CVD)
def test_neighbors_of_the_likert_scale_stay_apart(deficiency):
    steps = [COLORS["light"][f"likert-{step}"] for step in range(1, 6)]

    assert (
        min(distance(one, two, deficiency) for one, two in zip(steps, steps[1:], strict=False))
        >= 9.55
    )


def test_numbers_on_likert_segments_are_readable():
    colors = COLORS["light"]
    ends = [contrast(colors["on-likert-end"], colors[f"likert-{step}"]) for step in (1, 5)]
    middle = [contrast(colors["on-likert-middle"], colors[f"likert-{step}"]) for step in (2, 3, 4)]

    assert ends == pytest.approx([5.0, 8.1], abs=0.1)
    assert middle == pytest.approx([8.8, 10.4, 7.2], abs=0.1)


def test_light_values_stand_alone_for_browsers_without_light_dark():
    root = TOKENS.split("@supports")[0]
    alone = dict(re.findall(rf"--([a-z0-9-]+): ({HEX});", root))

    for name, value in COLORS["light"].items():
        assert alone[name] == value, name


def test_no_component_names_a_color_of_its_own():
    found = {
        path.name: colors
        for path in (STATIC / "css" / "components").glob("*.css")
        if (colors := re.findall(rf"{HEX}\b|#[0-9a-fA-F]{{3}}\b|rgba?\(", path.read_text()))
    }

    assert found == {}


def test_every_style_sheet_is_linked_and_fills_one_layer():
    base = (STATIC.parent / "templates" / "base.html").read_text()
    sheets = sorted((STATIC / "css").rglob("*.css"))
    names = [path.relative_to(STATIC).as_posix() for path in sheets]

    assert [name for name in names if f"static '{name}'" not in base] == []
    for path in sheets:
        if path.name == "layers.css":
            continue
        layers = set(re.findall(r"@layer (\w+) \{", path.read_text()))
        expected = "components" if path.parent.name == "components" else path.stem
        assert layers == {expected}, path


def weight(paths: list[Path]) -> int:
    """Bytes on the wire: each file is sent, and compressed, by itself."""
    return sum(len(gzip.compress(path.read_bytes(), 9, mtime=0)) for path in paths)


def test_style_sheets_weigh_less_than_25_kb():
    assert weight(list((STATIC / "css").rglob("*.css"))) < 25_000


def test_our_javascript_weighs_less_than_10_kb():
    assert weight(list((STATIC / "js").glob("*.js"))) < 10_000


def test_javascript_is_type_checked_by_comment():
    assert [
        p.name for p in (STATIC / "js").glob("*.js") if not p.read_text().startswith("//@ts-check")
    ] == []
