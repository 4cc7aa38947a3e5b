"""The two pictures of a briefing, drawn as SVG by us: the place among its streets, and the hours of its week."""

import math
from calendar import day_abbr
from collections.abc import Iterable, Sequence
from html import escape

from rasure.places.breaks import class_of, round_breaks
from rasure.reports import ink
from rasure.services.briefing import FRAME_MM, BriefingFacts, Ground
from rasure.services.place_record import Hours

Metres = tuple[float, float]

_WIDTH_MM = {1: 2.6, 2: 2.2, 3: 1.9, 4: 1.6, 5: 1.2, 6: 0.5}
_BAR_STEPS_M = (50, 100, 200, 500)
_CELL_MM, _ROW_MM, _LEFT_MM, _TOP_MM = 9.6, 4.1, 9.0, 4.0


def map_svg(facts: BriefingFacts) -> str:
    """Return the place, its patrol areas, the points of its offences and its premises, on the streets there are."""
    ground = facts.ground
    points = [(ground.plane.metres((point.lon, point.lat)), point.n) for point in facts.picture.points]
    most = max((n for _at, n in points), default=1)
    sheet = _Sheet(ground)
    drawn = [
        *(sheet.area(part.lines, ink.WATER) if part.is_area else sheet.line(part.lines, ink.WATER, 1.0)
          for part in ground.streets.water),
        *(sheet.line([street.line], _road_ink(street.rank), _WIDTH_MM.get(street.rank, 1.2))
          for street in ground.streets.streets),
        *(sheet.outline(area.outline, 'stroke-dasharray="1.8 1.2" stroke-width="0.45"')
          for area in facts.picture.patrol_areas),
        sheet.outline(facts.record.outline, 'stroke-width="0.9"'),
        *(sheet.name(name.text, name.at, name.turned_degrees) for name in ground.streets.names),
        *(sheet.circle(at, 0.7 + 1.3 * math.sqrt(n / most)) for at, n in points),
        *(sheet.square((place.lon, place.lat)) for place in facts.record.premises),
        sheet.scale_bar(),
    ]  # fmt: skip
    return _svg(FRAME_MM[0], FRAME_MM[1], drawn)


def week_svg(hours: Hours) -> str:
    """Return the week in three-hour blocks, Monday first, shaded by the share of offences each block holds."""
    breaks = round_breaks(100 * hours.shares, classes=5)
    shades = class_of(100 * hours.shares.ravel(), breaks).reshape(hours.shares.shape)
    days, blocks = hours.shares.shape
    drawn = [
        _text(_LEFT_MM + block * _CELL_MM, _TOP_MM - 1.0, f"{block * 24 // blocks:02}:00", 2.3, "start")
        for block in range(blocks)
    ]
    for day in range(days):
        top = _TOP_MM + day * _ROW_MM
        drawn.append(_text(_LEFT_MM - 1.2, top + _ROW_MM * 0.72, day_abbr[day], 2.6, "end"))
        for block in range(blocks):
            drawn.append(
                f'<rect x="{_LEFT_MM + block * _CELL_MM:.2f}" y="{top:.2f}" width="{_CELL_MM - 0.3:.2f}"'
                f' height="{_ROW_MM - 0.3:.2f}" fill="{ink.SEQUENTIAL[int(shades[day, block])]}"/>'
            )
    return _svg(_LEFT_MM + blocks * _CELL_MM, _TOP_MM + days * _ROW_MM, drawn)


class _Sheet:
    """The map's frame: positions in degrees become millimetres from its top left corner."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self.metres_per_mm = 2 * ground.half_width_m / FRAME_MM[0]

    def at(self, lonlat: Metres) -> Metres:
        return self._mm(self._ground.plane.metres(lonlat))

    def _mm(self, metres: Metres) -> Metres:
        return FRAME_MM[0] / 2 + metres[0] / self.metres_per_mm, FRAME_MM[1] / 2 - metres[1] / self.metres_per_mm

    def line(self, lines: Sequence[Sequence[Metres]], colour: str, width_mm: float) -> str:
        look = f'stroke="{colour}" stroke-width="{width_mm}" stroke-linecap="round" stroke-linejoin="round"'
        return f'<path d="{self._path(lines)}" fill="none" {look}/>'

    def area(self, rings: Sequence[Sequence[Metres]], colour: str) -> str:
        return f'<path d="{self._path(rings)}" fill="{colour}" fill-rule="evenodd"/>'

    def outline(self, ring: Sequence[Metres], look: str) -> str:
        return f'<path d="{self._path([ring])}Z" fill="none" stroke="{ink.ACCENT}" stroke-linejoin="round" {look}/>'

    def name(self, words: str, lonlat: Metres, turned_degrees: float) -> str:
        x, y = self.at(lonlat)
        turn = f'transform="rotate({-turned_degrees:.1f} {x:.2f} {y:.2f})"'
        halo = f'stroke="{ink.GROUND}" stroke-width="0.6" stroke-linejoin="round"'
        under, over = _text(x, y + 0.75, words, 2.2, "middle", halo), _text(x, y + 0.75, words, 2.2, "middle")
        return f"<g {turn}>{under}{over}</g>"

    def circle(self, metres: Metres, radius_mm: float) -> str:
        x, y = self._mm(metres)
        return (
            f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{radius_mm:.2f}" fill="{ink.SEQUENTIAL[3]}" fill-opacity="0.85"'
            f' stroke="{ink.GROUND}" stroke-width="0.3"/>'
        )

    def square(self, lonlat: Metres) -> str:
        x, y = self.at(lonlat)
        return (
            f'<rect x="{x - 0.7:.2f}" y="{y - 0.7:.2f}" width="1.4" height="1.4" fill="{ink.INK}"'
            f' stroke="{ink.GROUND}" stroke-width="0.3"/>'
        )

    def scale_bar(self) -> str:
        """Return a bar of a round length at the foot on the left."""
        room_m = 0.3 * FRAME_MM[0] * self.metres_per_mm
        length_m = max((step for step in _BAR_STEPS_M if step <= room_m), default=_BAR_STEPS_M[0])
        end, foot = 3 + length_m / self.metres_per_mm, FRAME_MM[1] - 3
        back = (
            f'<rect x="1.5" y="{foot - 4.2:.2f}" width="{end:.2f}" height="6" fill="{ink.GROUND}" fill-opacity="0.85"/>'
        )
        line = f'fill="none" stroke="{ink.INK}" stroke-width="0.4"'
        bar = f'<path d="M3 {foot - 1} V{foot} H{end:.2f} V{foot - 1}" {line}/>'
        return back + bar + _text(3.8, foot - 1.0, f"{length_m} m", 2.4, "start")

    def _path(self, lines: Iterable[Sequence[Metres]]) -> str:
        return " ".join(
            "M" + " L".join(f"{x:.2f} {y:.2f}" for x, y in map(self.at, line)) for line in lines if len(line) > 1
        )


def _road_ink(rank: int) -> str:
    return ink.MAIN_ROAD if rank <= 2 else ink.PATH if rank >= 6 else ink.ROAD


def _text(x: float, y: float, words: str, size_mm: float, anchor: str, look: str = "") -> str:
    style = f'font-family="{ink.FONT}" font-size="{size_mm}" text-anchor="{anchor}" fill="{ink.INK}" {look}'
    return f'<text x="{x:.2f}" y="{y:.2f}" {style}>{escape(_drawable(words))}</text>'


def _drawable(words: str) -> str:
    """Leave out what no XML document may hold."""
    return "".join(
        letter for letter in words if letter >= " " and not "\ud800" <= letter <= "\udfff" and letter < "\ufffe"
    )


def _svg(width_mm: float, height_mm: float, drawn: Iterable[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width_mm:.2f} {height_mm:.2f}"'
        f' width="{width_mm:.2f}mm" height="{height_mm:.2f}mm">{"".join(drawn)}</svg>'
    )
