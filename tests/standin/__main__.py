"""Runs the stand-in by hand, so that anyone can see what the app makes of each fault."""

from __future__ import annotations

import argparse
import sys
import threading

from standin.families import Family
from standin.faults import ACCOUNT, Door, Fault
from standin.server import StandIn

PORT = 8700
# Slow enough for a person to see every state.
DELAY = 1.0


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="standin", description="Stands in for OpenAI's image API on this computer, with faults on request."
    )
    parser.add_argument("--port", type=int, default=PORT, help=f"where to listen (default {PORT}; 0: any free port)")
    parser.add_argument("--key", default="sk-test", help="the API key to accept (default sk-test)")
    parser.add_argument(
        "--family", type=Family, choices=list(Family), default=Family.OPENAI, help="which server to play"
    )
    parser.add_argument(
        "--fault",
        type=_fault,
        nargs="+",
        action="extend",
        default=[],
        metavar="[DOOR:]FAULT",
        help="one fault stays for ever, several come one after the other",
    )
    parser.add_argument("--times", type=int, default=None, help="how often each fault happens")
    parser.add_argument("--delay", type=float, default=DELAY, help=f"seconds before each preview (default {DELAY})")
    parser.add_argument("--image-bytes", type=int, default=0, help="make each picture at least this long")
    parser.add_argument("--classic", action="store_true", help="know the retired dall-e-2 and dall-e-3 as well")
    parser.add_argument("--relative-urls", action="store_true", help="leave the origin out of URLs")
    return parser


def main() -> int:
    """0 after Ctrl+C, 1 if the port is taken, 2 for wrong arguments."""
    parser = arguments()
    options = parser.parse_args()
    standin = StandIn(
        key=options.key,
        family=options.family,
        delay=options.delay,
        image_bytes=options.image_bytes,
        classic=options.classic,
        relative_urls=options.relative_urls,
        port=options.port,
        tell_line=_say,
    )
    times = options.times or (1 if len(options.fault) > 1 else None)
    for door, fault in options.fault:
        # A key that is refused is refused wherever it is shown.
        doors = (Door.IMAGES, Door.CHAT, Door.MODELS) if door is None and fault in ACCOUNT else (door,)
        try:
            for at in doors:
                standin.add_fault(fault, times, on=at)
        except ValueError as wrong:
            parser.error(str(wrong))
    try:
        with standin:
            _introduce(standin, options.family, [fault for _, fault in options.fault])
            _wait_for_ctrl_c()
    except OSError as taken:
        _say(f"Port {options.port} cannot be used: {taken}")
        return 1
    _say(f"\n{len(standin.bill)} requests were billed, {sum(billed.images for billed in standin.bill)} pictures.")
    return 0


def _fault(text: str) -> tuple[Door | None, Fault]:
    door, colon, name = text.rpartition(":")
    try:
        return (Door(door.lower()) if colon else None, Fault(name.lower()))
    except ValueError as unknown:
        raise argparse.ArgumentTypeError(str(unknown)) from None


def _introduce(standin: StandIn, family: Family, active: list[Fault]) -> None:
    _say("The faults it can have:")
    for fault in Fault:
        _say(f"  {fault:26}{fault.meaning}")
    _say(f"Doors for DOOR:FAULT are {', '.join(Door)}.\n")
    _say(f"Base URL  {standin.base_url}")
    _say(f"API key   {standin.key}")
    _say(f"It plays  {family}, faults now: {', '.join(active) or 'none'}. Ctrl+C ends it.\n")


def _wait_for_ctrl_c() -> None:
    never = threading.Event()
    try:
        # Windows hears Ctrl+C only between waits.
        while not never.wait(0.5):
            pass
    except KeyboardInterrupt:
        return


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
