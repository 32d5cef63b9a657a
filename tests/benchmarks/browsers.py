"""Times the start of picture browsers up to a screen full of thumbnails: ours beside nsxiv, qimgv and gthumb.

    python tests/benchmarks/browsers.py --folder /somewhere/large [--counts 2000 20000 100000] [--rounds 3]

Needs Xvfb, openbox and the browsers (apt-get install xvfb openbox nsxiv qimgv gthumb) and keeps the pictures in the folder.
All is seen from outside, the same way for all (see watched_screen.py); caches are warm: the first round does not count.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from functools import partial
from pathlib import Path

from browser_stock import folder_of, originals, take_in
from rounds import Series, interleaved, ratio
from stand import ROOT, environment
from watched_screen import Screen, watched_screen

PEERS = ("nsxiv", "qimgv", "gthumb")
GOALS = {"nsxiv": 1.3, "qimgv": 0.25, "gthumb": 0.06}
# The prompt card's height by the screen's scale: on half as many pixels its row of choices takes three lines.
CARD = {1: 110, 2: 190}
QIMGV = "[General]\nfolderViewIconSize=128\nfolderViewMode=0\ninfoBarWindowed=false\n"


def homes(folder: Path, pictures: Path, count: int) -> dict[str, Path]:
    """A home for each program, kept with its cache."""
    made = {name: folder / "homes" / f"{name}-{count}" for name in (*PEERS, "ours")}
    for home in made.values():
        home.mkdir(parents=True, exist_ok=True)
    (made["nsxiv"] / ".cache" / "nsxiv").mkdir(parents=True, exist_ok=True)
    qimgv = made["qimgv"] / ".config" / "qimgv" / "qimgv.conf"
    if not qimgv.exists():
        qimgv.parent.mkdir(parents=True)
        qimgv.write_text(QIMGV)
    take_in(pictures, made["ours"] / ".local" / "share" / "imagegen-desktop", originals(folder / "originals"))
    return made


def remembered(home: Path, edge: int, scale: int) -> None:
    """What our window wrote when it was last closed in the Library view, on this screen."""
    config = home / ".config" / "imagegen-desktop"
    config.mkdir(parents=True, exist_ok=True)
    (config / "window.ini").write_text(
        f"[General]\npage=library\nedge={edge}\narrangement=square\ncard={CARD[scale]}\n"
    )


def commands(pictures: Path) -> dict[str, list[str]]:
    return {
        "nsxiv": ["nsxiv", "-t", str(pictures)],
        "qimgv": ["qimgv", str(pictures)],
        "gthumb": ["gthumb", str(pictures)],
        "ours": [sys.executable, "-m", "imagegen_desktop", "--library", str(pictures)],
    }


def seen(screen: Screen, command: list[str], home: Path, *, lang: str, edge: int = 128, scale: int = 1) -> list[float]:
    surroundings = environment(home) | {"QT_SCALE_FACTOR": str(scale), "LANG": lang}
    if command[0] == sys.executable:
        remembered(home, edge, scale)
        surroundings |= {"QT_QPA_PLATFORM": "xcb", "PYTHONPATH": str(ROOT)}
    found = screen.watch(command, surroundings)
    return [found.first, found.full, found.memory, found.cpu, float(found.blocks)]


def compare(screen: Screen, folder: Path, count: int, options: argparse.Namespace) -> Series:
    """Print one size's figures; gives ours until full."""
    pictures = folder_of(originals(folder / "originals"), folder, count)
    own = homes(folder, pictures, count)
    start = commands(pictures)
    things = {name: partial(seen, screen, start[name], own[name], lang=options.lang) for name in options.peers}
    things["ours 128 px"] = partial(seen, screen, start["ours"], own["ours"], lang=options.lang)
    if options.more:
        things["ours 256 px"] = partial(seen, screen, start["ours"], own["ours"], lang=options.lang, edge=256)
        things["ours 128 px 2x"] = partial(seen, screen, start["ours"], own["ours"], lang=options.lang, scale=2)
        things["ours 256 px 2x"] = partial(
            seen, screen, start["ours"], own["ours"], lang=options.lang, edge=256, scale=2
        )
    taken = interleaved(options.rounds, things)
    print(f"\n{count:,} pictures; process start to a screen full of thumbnails, warm, interleaved")
    for name, (first, full, memory, cpu, blocks) in taken.items():
        print(
            f"  {name:<15} first {first.median:6.3f} s   full {full.told()}   "
            f"{memory.median:4.0f} MB   {cpu.median:5.2f} s CPU   {blocks.median:5.0f} blocks"
        )
    ours = taken["ours 128 px"][1]
    for name in options.peers:
        print(f"  ours / {name:<8} {ratio(ours, taken[name][1]).told('x', 2)}   goal at 100,000: {GOALS[name]}")
    sys.stdout.flush()
    return ours


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--folder", type=Path, required=True, help="where the pictures and caches are kept")
    parser.add_argument("--counts", type=int, nargs="+", default=[2_000, 20_000, 100_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", nargs="*", default=list(PEERS), choices=PEERS)
    parser.add_argument(
        "--lang",
        default=os.environ.get("LANG", "C.UTF-8"),
        help="for all of them: some sort names by a language's rules",
    )
    parser.add_argument("--more", action="store_true", help="ours with cells of 256 px and at 2x too")
    options = parser.parse_args()
    missing = [name for name in options.peers if shutil.which(name) is None]
    if missing:
        sys.stderr.write(f"Not installed, and left out: {', '.join(missing)}\n")
        options.peers = [name for name in options.peers if name not in missing]
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, watched_screen(Path(place)) as screen:
        ours = {count: compare(screen, options.folder.resolve(), count, options) for count in options.counts}
    few, many = min(ours), max(ours)
    if few != many:
        print(f"\nours at {many:,} / ours at {few:,}: {ours[many].median / ours[few].median:.2f}   goal: 1.3")
    return 0


if __name__ == "__main__":
    sys.exit(main())
