"""The colours of paper: those of the light screen (`web/theme.py`), which a test compares."""

CHROME, CHROME_TEXT = "#14314d", "#ffffff"
INK, MUTED, LINE, GROUND = "#17212b", "#4d5965", "#d5dae0", "#ffffff"
ACCENT = "#0b5a8f"
SEQUENTIAL = ("#fce6b5", "#f8c36d", "#ee9449", "#d4603a", "#a63236", "#6d1a2c")
#: The basemap in print is a shade darker than on screen, for printers lose the lightest greys.
WATER, MAIN_ROAD, ROAD, PATH = "#cfdbe6", "#b4bdc8", "#cdd3da", "#dde2e7"

FONT = "Atkinson Hyperlegible Next"
