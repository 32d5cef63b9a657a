"""Reads a window as a screen reader does and presses only what its accessible tree offers: one JSON order a line, one answer.

Run by the system's own Python, where the bindings for AT-SPI are. It knows nothing of the program that it reads.
"""

from __future__ import annotations

import contextlib
import fnmatch
import json
import sys
import time
from threading import Event
from typing import TYPE_CHECKING, Any

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402 (the version is chosen first)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BETWEEN_LOOKS = 0.05
DEEPEST = 60


class Reader:
    """`patience` is in seconds: how long an order waits for what it is about."""

    def __init__(self, pid: int, patience: float) -> None:
        self._pid = pid
        self._patience = patience
        self._said: list[str] = []
        self._listener = Atspi.EventListener.new(self._hear)
        self._listener.register("object:announcement")

    def _hear(self, event: Any) -> None:
        self._said.append(str(event.any_data))

    # ---- the tree ----

    def _program(self) -> Any:
        desktop = Atspi.get_desktop(0)
        desktop.clear_cache()
        for number in range(desktop.get_child_count()):
            with contextlib.suppress(GLib.Error):
                child = desktop.get_child_at_index(number)
                if child is not None and child.get_process_id() == self._pid:
                    # The tree is asked anew each time: what changed meanwhile counts.
                    child.set_cache_mask(Atspi.Cache.NONE)
                    return child
        return None

    def _nodes(self, *, hidden: bool = False) -> Iterator[Any]:
        """Every node that shows, parents first; what goes away while it is read is passed over."""
        program = self._program()
        if program is not None:
            yield from _under(program, hidden=hidden)

    def _find(self, name: str, role: str = "", state: str = "") -> Any:
        for node in self._nodes():
            with contextlib.suppress(GLib.Error):
                if role and node.get_role_name() != role:
                    continue
                if fnmatch.fnmatchcase(_name(node), name) and (not state or _has(node, state)):
                    return node
        return None

    def _until(self, look: Callable[[], Any], what: str) -> Any:
        """What `look` finds, as soon as it finds something. Raises LookupError with what shows when the patience is over."""
        deadline = time.monotonic() + self._patience
        pause = Event()
        while True:
            while GLib.MainContext.default().iteration(False):
                pass
            found = look()
            if found:
                return found
            if time.monotonic() > deadline:
                raise LookupError(f"{what} does not come; what shows:\n{self.outline()}")
            pause.wait(BETWEEN_LOOKS)

    def _patiently(self, name: str, role: str, state: str = "") -> Any:
        return self._until(lambda: self._find(name, role, state), f"{state} {role or 'anything'} {name!r}".strip())

    # ---- orders ----

    def sees(self, name: str, role: str = "", state: str = "") -> str:
        return _name(self._patiently(name, role, state))

    def sees_no_longer(self, name: str, role: str = "") -> bool:
        return bool(self._until(lambda: self._find(name, role) is None, f"the end of {name!r}"))

    def hears(self, words: str) -> str:
        """An announcement, also one that was made before the question."""

        def look() -> str | None:
            return next((said for said in self._said if fnmatch.fnmatchcase(said, words)), None)

        return str(self._until(look, f"the announcement {words!r} (heard: {self._said})"))

    def press(self, name: str, role: str = "") -> bool:
        """Press a control that can be pressed now."""
        node = self._patiently(name, role, "sensitive")
        for number in range(node.get_n_actions()):
            if node.get_action_name(number).lower() in {"press", "toggle", "click"}:
                return bool(node.do_action(number))
        raise LookupError(f"{name!r} offers nothing to press")

    def write(self, name: str, words: str) -> bool:
        """Fill a text field."""
        return bool(self._patiently(name, "", "editable").set_text_contents(words))

    def focus(self, name: str, role: str = "") -> bool:
        self._patiently(name, role).grab_focus()
        return bool(self._patiently(name, role, "focused"))

    def choose(self, name: str) -> bool:
        """Select an item of a list."""
        node = self._patiently(name, "list item")
        return bool(node.get_parent().select_child(node.get_index_in_parent()))

    def words(self, name: str, role: str = "") -> str:
        """What stands in a text field."""
        node = self._patiently(name, role)
        return str(Atspi.Text.get_text(node, 0, Atspi.Text.get_character_count(node)))

    def unnamed(self) -> list[str]:
        """What shows and takes the keyboard's focus, but has no name to be spoken."""
        nodes = [node for node in self._nodes() if _has(node, "focusable")]
        return [_line(node) for node in nodes if not _name(node)]

    def focusable(self) -> int:
        return sum(1 for node in self._nodes() if _has(node, "focusable"))

    def everything(self) -> str:
        """All words of the tree, also of what is hidden just now, and all that was announced."""
        told: list[str] = [*self._said]
        for node in self._nodes(hidden=True):
            with contextlib.suppress(GLib.Error):
                told += [node.get_name(), node.get_description(), _text(node)]
        return "\n".join(word for word in told if word)

    def outline(self) -> str:
        return "\n".join(_line(node) for node in self._nodes())


def _under(node: Any, *, hidden: bool, depth: int = 0) -> Iterator[Any]:
    for child in _children(node):
        if hidden or _has(child, "showing"):
            yield child
        if depth < DEEPEST:
            yield from _under(child, hidden=hidden, depth=depth + 1)


def _children(node: Any) -> list[Any]:
    """One by one, as some screen readers ask: what goes away in between is None."""
    with contextlib.suppress(GLib.Error):
        found = [node.get_child_at_index(number) for number in range(node.get_child_count())]
        return [child for child in found if child is not None]
    return []


def _has(node: Any, state: str) -> bool:
    with contextlib.suppress(GLib.Error):
        return bool(node.get_state_set().contains(getattr(Atspi.StateType, state.upper())))
    return False


def _name(node: Any) -> str:
    """Its own name, or that of its label, which alone names a combo box on Linux."""
    with contextlib.suppress(GLib.Error):
        for relation in node.get_relation_set():
            if relation.get_relation_type() == Atspi.RelationType.LABELLED_BY:
                label = relation.get_target(0).get_name()
                if label:
                    return str(label)
        return "" if node.get_role_name() == "combo box" else str(node.get_name() or "")
    return ""


def _text(node: Any) -> str:
    with contextlib.suppress(GLib.Error):
        text = node.get_text_iface()
        if text is not None:
            return str(Atspi.Text.get_text(text, 0, Atspi.Text.get_character_count(text)))
    return ""


def _line(node: Any) -> str:
    with contextlib.suppress(GLib.Error):
        states = [name for name in ("focusable", "focused", "checked", "selected", "sensitive") if _has(node, name)]
        return f"{node.get_role_name()} {_name(node)!r} [{', '.join(states)}] id={node.get_accessible_id()!r}"
    return "gone"


def main() -> None:
    reader = Reader(int(sys.argv[1]), float(sys.argv[2]))
    for line in sys.stdin:
        order = json.loads(line)
        try:
            answer = {"answer": getattr(reader, order["do"])(*order["with"])}
        except LookupError as missing:
            answer = {"missing": str(missing)}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
