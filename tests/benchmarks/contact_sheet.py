"""Paints a contact sheet of sample pictures and tells what each took: contact_sheet.py OUT.png [PROMPT[@SEED] ...]."""

from __future__ import annotations

import io
import statistics
import sys
import time
from pathlib import Path

from PIL import Image

from imagegen_desktop.imaging.samples.engine import paint
from imagegen_desktop.imaging.samples.planner import plan

PROMPTS = (
    "A futuristic city made of crystal",
    "A fluffy siamese cat sitting on a velvet sofa",
    "a lighthouse at dusk",
    "misty pine valley",
    "paper-cut city at night",
    "macro of frost on glass",
    "hot-air balloons over a sea of cloud at dawn",
    "a rainy street in Tokyo, neon signs",
    "a deer in an autumn forest",
    "a camel caravan in the desert at sunset",
    "canyon with a river",
    "Saturn and its moons",
    "an astronaut looking at a nebula",
    "the great wave, woodblock print",
    "glowing jellyfish in the deep",
    "a vase of peonies",
    "a cosy library with an armchair",
    "portrait of a woman, double exposure",
    "a castle above a lake at dawn",
    "bauhaus composition of circles",
    "swirling currents of energy",
    "stained glass pattern",
    "sunflowers and a butterfly",
    "skyline with a bridge at night",
)
COLUMNS = 6
CELL = 400


def main(out: Path, prompts: tuple[str, ...]) -> None:
    """Write the sheet to `out`; print family, seconds and bytes of each picture at 1024x1024, and the median."""
    rows = -(-len(prompts) // min(COLUMNS, len(prompts)))
    columns = min(COLUMNS, len(prompts))
    sheet = Image.new("RGB", (columns * CELL, rows * CELL))
    took: list[float] = []
    for number, text in enumerate(prompts):
        prompt, _, seed = text.partition("@")
        start = time.perf_counter()
        *_, data = paint(prompt, (1024, 1024), int(seed or 1), lambda: None)
        took.append(time.perf_counter() - start)
        print(f"{took[-1]:5.2f} s {len(data) // 1024:5} KB {plan(prompt, int(seed or 1)).family:11} {text}")
        cell = Image.open(io.BytesIO(data)).resize((CELL - 4, CELL - 4), Image.Resampling.LANCZOS)
        sheet.paste(cell, (number % columns * CELL + 2, number // columns * CELL + 2))
    sheet.save(out)
    print(f"median {statistics.median(took):.2f} s, longest {max(took):.2f} s")


if __name__ == "__main__":
    main(Path(sys.argv[1]), tuple(sys.argv[2:]) or PROMPTS)
