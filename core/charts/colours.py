"""Colours that can be told apart, also in grey and by the colour-blind."""

from __future__ import annotations

from collections.abc import Sequence

Rgb = tuple[int, int, int]

# Dark to bright: five points of viridis (Smith and van der Walt 2015, CC0).
HEAT: tuple[Rgb, ...] = ((68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37))
# From a loss over nothing to a gain: blue and orange stay apart for all kinds of colour vision.
DIVERGING: tuple[Rgb, ...] = ((178, 88, 6), (241, 163, 64), (246, 246, 244), (128, 172, 214), (33, 102, 172))
SERIES = 8  # colours for lines and groups, --s0 to --s7 of the page
DASHES = ("", "6 3", "2 3")


def shade(place: float, ramp: Sequence[Rgb] = HEAT) -> Rgb:
    """The colour at a place from 0 to 1 on a ramp."""
    at = (len(ramp) - 1) * min(1.0, max(0.0, place))
    under = min(int(at), len(ramp) - 2)
    red, green, blue = (round(a + (b - a) * (at - under)) for a, b in zip(ramp[under], ramp[under + 1], strict=True))
    return red, green, blue


def hexadecimal(colour: Rgb) -> str:
    """A colour as CSS and terminals write it.

    >>> hexadecimal((68, 1, 84))
    '#440154'
    """
    return "#{:02x}{:02x}{:02x}".format(*colour)


def letters_on(colour: Rgb) -> str:
    """Black or white, whichever has the higher contrast ratio (WCAG 2.2) on a colour."""
    red, green, blue = (linear(part / 255) for part in colour)
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#000000" if (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) else "#ffffff"


def linear(part: float) -> float:
    """One part of an sRGB colour as light."""
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def place_in(value: float, low: float, high: float) -> float:
    """Where a value lies between two others, 0 to 1; the darkest if they are one.

    >>> place_in(3.0, 2.0, 4.0)
    0.5
    """
    return (value - low) / (high - low) if high > low else 0.0


def series_colour(number: int) -> str:
    """The colour of a line or a group, as a variable of the page's style."""
    return f"var(--s{number % SERIES})"


def series_dash(number: int) -> str | None:
    """How a line is broken, once the colours have all been used."""
    return DASHES[number // SERIES % len(DASHES)] or None
