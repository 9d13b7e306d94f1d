# SPDX-License-Identifier: Apache-2.0
"""Curves as a picture: an SVG with one small chart for each."""

import math
from xml.sax.saxutils import escape

from growth import figure

WIDTH, HEIGHT, COLUMNS = 440, 280, 2
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 44, 48

HEAD = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif"
     font-size="11" fill="#222">
<rect width="{width}" height="{height}" fill="#fff"/>
"""


def short(x):
    """A number beside an axis."""
    for size, letter in ((1_000_000, " M"), (1000, " k")):
        if isinstance(x, int) and x >= size and x % size == 0:
            return f"{x // size}{letter}"
    return f"{x:,}" if isinstance(x, int) else str(x)


class Scale:
    """From values to pixels. A logarithmic one goes over whole powers of ten."""

    def __init__(self, values, start, end, logarithmic):
        self._map = math.log10 if logarithmic else float
        low, high = min(values), max(values)
        if logarithmic:
            low, high = 10 ** math.floor(math.log10(low)), 10 ** math.ceil(math.log10(high))
            self.ticks = [10 ** e for e in range(round(math.log10(low)),
                                                 round(math.log10(high)) + 1)]
        else:
            self.ticks = [low + (high - low) * i / 4 for i in range(5)]
        self._low, span = self._map(low), self._map(high) - self._map(low)
        self._start, self._step = start, (end - start) / (span or 1)

    def __call__(self, value):
        return self._start + (self._map(value) - self._low) * self._step


def line(x1, y1, x2, y2, style):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"\n{style}/>'


def text(x, y, words, anchor="middle", more=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"\n{more}>{escape(words)}</text>'


def chart(curve):
    """The elements of one chart, with its corner at 0, 0."""
    ys = [y for _, y in curve.points] + [b for b in (curve.most, curve.least) if b is not None]
    if not curve.logarithmic:
        ys.append(0)
    named = any(not isinstance(x, int) for x, _ in curve.points)
    xs = range(len(curve.points)) if named else [x for x, _ in curve.points]
    across = Scale(xs, LEFT, WIDTH - RIGHT, curve.logarithmic and not named)
    up = Scale(ys, HEIGHT - BOTTOM, TOP, curve.logarithmic)
    out = [text(LEFT, 18, curve.title, "start", 'font-weight="bold" font-size="13"'),
           text(LEFT, 34, curve.up, "start", 'fill="#666"'),
           text(WIDTH - RIGHT, HEIGHT - 8, curve.across, "end", 'fill="#666"')]
    for tick in up.ticks:
        out.append(line(LEFT, up(tick), WIDTH - RIGHT, up(tick), 'stroke="#ddd"'))
        out.append(text(LEFT - 6, up(tick) + 4, figure(curve, tick), "end"))
    for x, (label, _) in zip(xs, curve.points):
        if not named:
            out.append(text(across(x), HEIGHT - BOTTOM + 16, short(label)))
    for bound in (curve.most, curve.least):
        if bound is not None:
            out.append(line(LEFT, up(bound), WIDTH - RIGHT, up(bound),
                            'stroke="#b00" stroke-dasharray="5 4"'))
    points = [(across(x), up(y)) for x, (_, y) in zip(xs, curve.points)]
    path = "\n".join(f"{x:.1f},{y:.1f}" for x, y in points)
    out.append(f'<polyline points="{path}" fill="none" stroke="#06c" stroke-width="2"/>')
    for (x, y), (label, value) in zip(points, curve.points):
        out.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="#06c">\n<title>'
                   f'{escape(short(label))}: {figure(curve, value)}</title></circle>')
    return "\n".join(out)


def svg(curves):
    rows = -(-len(curves) // COLUMNS)
    out = [HEAD.format(width=COLUMNS * WIDTH, height=rows * HEIGHT)]
    for i, curve in enumerate(curves):
        x, y = i % COLUMNS * WIDTH, i // COLUMNS * HEIGHT
        out.append(f'<g transform="translate({x} {y})">\n{chart(curve)}\n</g>\n')
    return "".join(out) + "</svg>\n"
