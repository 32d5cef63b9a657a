"""Files follow what was said elsewhere, and no picture ever takes another one's place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from remote.computers import Computer, sync_all

from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.changes import FILE, PURGED, TRASHED, Wish
from imagegen_desktop.core.errors import StorageError
from imagegen_desktop.studio.import_steps import Way
from imagegen_desktop.studio.importing import Importing
from imagegen_desktop.studio.syncing.fetching import Fetching
from imagegen_desktop.studio.syncing.steps import Fetched
from imagegen_desktop.studio.upkeep import Upkeep
from pictures import picture

if TYPE_CHECKING:
    from pathlib import Path

    from imagegen_desktop.core.changes import ImageState


def adopt(computer: Computer, name: str, data: bytes) -> ImageState:
    """A picture that lies in the library's folder under a name of the person's own."""
    path = computer.library.folder.path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    for _ in Importing(computer.library).files([path], Way.IN_PLACE, CancelToken()):
        pass
    (state,) = (one for one in computer.states().values() if one.path == name and not one.trashed)
    return state


def adopt_again(computer: Computer, name: str, data: bytes) -> ImageState:
    """Under a name that an image in the trash had: it is renamed by hand to it after it was taken in."""
    state = adopt(computer, f"new {name}", data)
    computer.file(state.id).rename(computer.library.folder.path / name)
    computer.set(state.id, FILE, name)
    return computer.state(state.id)


def held(computer: Computer) -> dict[str, bytes]:
    return {image: computer.file(image).read_bytes() for image in computer.states()}


def test_a_file_goes_to_the_trash_and_back(one: Computer, two: Computer) -> None:
    record = one.add()
    sync_all(one, two)
    two.fetch_all()
    home = two.file(record.id)
    one.set(record.id, TRASHED, value=True)
    sync_all(one, two)
    assert not home.exists()
    assert two.file(record.id).parent == two.library.folder.trash
    one.set(record.id, TRASHED, value=False)
    sync_all(one, two)
    assert two.file(record.id) == home
    assert home.exists()


def test_a_file_that_was_renamed_by_hand_is_renamed_elsewhere(one: Computer, two: Computer) -> None:
    record = one.add()
    sync_all(one, two)
    two.fetch_all()
    one.file(record.id).rename(one.library.folder.path / "Harbour.png")
    for _ in Upkeep(one.library).verify(CancelToken()):
        pass
    sync_all(one, two)
    assert two.states() == one.states()
    assert two.file(record.id) == two.library.folder.path / "Harbour.png"
    assert two.file(record.id).exists()


def test_a_file_that_lies_in_the_trash_keeps_being_found_when_its_name_changes(one: Computer, two: Computer) -> None:
    state = adopt(one, "cat.png", picture((1, 2, 3)))
    sync_all(one, two)
    two.fetch_all()
    two.set(state.id, TRASHED, value=True)
    one.set(state.id, FILE, "dog.png")
    one.library.folder.path.joinpath("cat.png").rename(one.library.folder.path / "dog.png")
    sync_all(one, two)
    assert one.states() == two.states()
    for computer in (one, two):
        assert computer.file(state.id).read_bytes() == picture((1, 2, 3))
        assert computer.file(state.id).parent == computer.library.folder.trash
    one.set(state.id, TRASHED, value=False)
    sync_all(one, two)
    for computer in (one, two):
        assert computer.file(state.id) == computer.library.folder.path / "dog.png"
        assert computer.file(state.id).exists()


def test_two_pictures_of_one_name_both_stay(one: Computer, two: Computer) -> None:
    first, second = adopt(one, "photos/1.png", picture((1, 1, 1))), adopt(two, "photos/1.png", picture((2, 2, 2)))
    sync_all(one, two)
    sync_all(one, two)
    for computer in (one, two):
        computer.fetch_all()
        assert held(computer) == {first.id: picture((1, 1, 1)), second.id: picture((2, 2, 2))}
    assert one.states() == two.states()
    # What happens to one of them does not happen to the other.
    one.set(second.id, TRASHED, value=True)
    one.set(second.id, PURGED, value=True)
    sync_all(one, two)
    for computer in (one, two):
        assert held(computer) == {first.id: picture((1, 1, 1))}


def test_a_name_given_elsewhere_that_is_taken_here_takes_nobodys_place(one: Computer, two: Computer) -> None:
    first = adopt(one, "a.png", picture((1, 1, 1)))
    sync_all(one, two)
    two.fetch_all()
    second = adopt(two, "b.png", picture((2, 2, 2)))
    one.library.folder.path.joinpath("a.png").rename(one.library.folder.path / "b.png")
    one.set(first.id, FILE, "b.png")
    for _ in range(3):
        sync_all(one, two)
    for computer in (one, two):
        computer.fetch_all()
        assert held(computer) == {first.id: picture((1, 1, 1)), second.id: picture((2, 2, 2))}
    assert one.states() == two.states()


def test_what_lies_in_the_trash_is_sent_as_itself_though_another_has_its_place_now(
    one: Computer, two: Computer
) -> None:
    first = adopt(one, "a.png", picture((1, 1, 1)))
    one.set(first.id, TRASHED, value=True)
    second = adopt_again(one, "a.png", picture((2, 2, 2)))
    sync_all(one, two)
    two.fetch_all()
    for computer in (one, two):
        assert held(computer) == {first.id: picture((1, 1, 1)), second.id: picture((2, 2, 2))}


def test_a_stranger_that_lies_where_an_original_belongs_is_left_there(one: Computer, two: Computer) -> None:
    record = one.add()
    one.sync()
    stranger = two.library.folder.path / record.file
    stranger.parent.mkdir(parents=True)
    stranger.write_bytes(b"somebody's own")
    two.sync()
    two.fetch_all()
    assert stranger.read_bytes() == b"somebody's own"
    assert two.file(record.id).read_bytes() == one.file(record.id).read_bytes()
    sync_all(two, one)
    assert one.file(record.id).exists()


def test_a_stranger_that_came_after_the_image_was_known_is_left_there(one: Computer, two: Computer) -> None:
    record = one.add()
    sync_all(one, two)
    stranger = two.file(record.id)
    stranger.parent.mkdir(parents=True)
    stranger.write_bytes(b"somebody's own")
    (fetched,) = [
        step for step in Fetching(two.ends).fetch([two.state(record.id)], CancelToken()) if isinstance(step, Fetched)
    ]
    assert fetched.path != stranger
    assert stranger.read_bytes() == b"somebody's own"
    assert fetched.path.read_bytes() == one.file(record.id).read_bytes()


@pytest.mark.parametrize("name", ["Screenshot 12:30.png", "aux.png", "what?/one.png"])
def test_a_name_that_not_every_system_can_hold_is_changed_everywhere(one: Computer, two: Computer, name: str) -> None:
    state = adopt(one, name, picture((1, 2, 3)))
    sync_all(one, two)
    assert one.states() == two.states()
    two.fetch_all()
    for computer in (one, two):
        assert held(computer) == {state.id: picture((1, 2, 3))}
        assert computer.state(state.id).path != name


def test_what_was_changed_by_hand_is_not_taken_away_when_others_delete_it(one: Computer, two: Computer) -> None:
    record = one.add()
    sync_all(one, two)
    two.fetch_all()
    two.file(record.id).write_bytes(b"painted over")
    one.set(record.id, PURGED, value=True)
    sync_all(one, two)
    assert (two.library.folder.path / record.file).read_bytes() == b"painted over"
    assert two.trash.taken == []


def test_files_are_where_they_belong_also_when_the_program_died_before_its_index_knew(
    one: Computer, two: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [one.add().id for _ in range(3)]
    sync_all(one, two)
    two.fetch_all()
    one.set(ids[0], TRASHED, value=True)
    one.file(ids[1]).rename(one.library.folder.path / "moved.png")
    one.set(ids[1], FILE, "moved.png")
    one.set(ids[2], PURGED, value=True)
    one.sync()

    def die(_ids: object) -> None:
        raise StorageError("the power went")

    with monkeypatch.context() as patch:
        patch.setattr(two.library, "refresh", die)
        with pytest.raises(StorageError):
            two.sync()
    two.open()
    two.sync()
    assert one.states() == two.states()
    assert two.file(ids[0]).parent == two.library.folder.trash
    assert two.file(ids[1]) == two.library.folder.path / "moved.png"
    assert all(two.file(image).exists() for image in ids[:2])
    assert len(two.trash.taken) == 1


def test_what_the_person_does_while_news_are_taken_in_holds(
    one: Computer, two: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = one.add()
    sync_all(one, two)
    two.fetch_all()
    one.set(record.id, TRASHED, value=True)
    one.sync()
    refresh = two.library.refresh

    def restored_meanwhile(ids: list[str]) -> None:
        two.library.apply([Wish(record.id, TRASHED, value=False)])
        refresh(ids)

    monkeypatch.setattr(two.library, "refresh", restored_meanwhile)
    two.sync()
    assert not two.state(record.id).trashed
    assert two.file(record.id) == two.library.folder.path / record.file
    assert two.file(record.id).exists()


def test_hostile_paths_touch_nothing_outside(one: Computer, two: Computer, tmp_path: Path) -> None:
    record = one.add()
    sync_all(one, two)
    outside = tmp_path / "victim.png"
    outside.write_bytes(b"mine")
    for value in ("../../victim.png", str(outside), "..\\..\\victim.png", ".imagegen/library.json"):
        one.library.changes.append([Wish(record.id, FILE, value)])
        one.library.changes.append([Wish(record.id, TRASHED, value=True)])
        one.sync()
        two.sync()
    assert outside.read_bytes() == b"mine"
    assert two.state(record.id).path == record.file
    assert two.library.folder.mark.exists()
