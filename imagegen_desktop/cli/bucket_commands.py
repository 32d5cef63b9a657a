"""The command `bucket`: try, sync, restore, verify and share without a window."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from imagegen_desktop.cli.bucket_desk import BucketDesk, WrongArgumentsError
from imagegen_desktop.cli.bucket_share import share
from imagegen_desktop.cli.bucket_telling import TellComparison, TellFetching, TellRound
from imagegen_desktop.cli.command_line import EXIT_CANCELLED, EXIT_FAILED, EXIT_OK, EXIT_PARTLY, EXIT_USAGE
from imagegen_desktop.cli.interrupt import cancelled_by_interrupt
from imagegen_desktop.core.bucket_probe import Probed, ProbeEnded
from imagegen_desktop.core.errors import CancelledError, ImagegenError
from imagegen_desktop.storage.folders import Folders
from imagegen_desktop.storage.keychain import remote_secrets_of_this_user
from imagegen_desktop.studio.syncing.joining import join
from imagegen_desktop.studio.syncing.line import Grip
from imagegen_desktop.studio.syncing.setting_up import Begun, Entry, SettingUp
from imagegen_desktop.studio.syncing.steps import Deletes

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.storage.library import Library
    from imagegen_desktop.studio.syncing.fetching import FetchStep
    from imagegen_desktop.studio.syncing.steps import SyncStep
    from imagegen_desktop.studio.syncing.syncing import Syncing


def bucket(arguments: argparse.Namespace, *, out: TextIO, err: TextIO) -> int:
    """Run the command `bucket`. Links, sentences or JSON go to `out`, all else to `err`; returns the exit code."""
    actions: dict[str, Callable[[BucketDesk], int]] = {
        "test": _test,
        "sync": _sync,
        "restore": _restore,
        "verify": _verify,
        "share": share,
    }
    with cancelled_by_interrupt() as cancel:
        try:
            folders, secrets = Folders.of_this_user(), remote_secrets_of_this_user()
            code = actions[arguments.action](BucketDesk(arguments, cancel, out, err, folders, secrets))
        except WrongArgumentsError as error:
            print(f"imagegen-desktop bucket {arguments.action}: {error}", file=err)
            return EXIT_USAGE
        except CancelledError:
            return EXIT_CANCELLED
        except ImagegenError as error:
            if not cancel.cancelled:
                print(f"{error.title}. {error.advice}", file=err)
            code = EXIT_FAILED
        return EXIT_CANCELLED if cancel.cancelled else code


# ---- test ----


def _test(desk: BucketDesk) -> int:
    library = None
    entry = desk.typed_entry()
    if entry is None:
        library = desk.library()
        entry = desk.kept_entry(library)
    steps: list[Probed] = []
    ended: ProbeEnded | None = None
    trying = desk.connecting.trying(entry.settings, entry.key, entry.passphrase)
    for step in trying.probe(entry.settings, desk.cancel):
        if isinstance(step, ProbeEnded):
            ended = step
        else:
            steps.append(step)
            if not desk.arguments.json:
                mark = "ok  " if step.ok else "NO  "
                print(mark + " ".join(filter(None, (step.sentence, step.advice))), file=desk.out)
    works = ended is not None and ended.ok
    saved = False
    if desk.arguments.save and ended is not None and works:
        saved = _save(desk, library or desk.library(), replace(entry, settings=ended.settings))
    if desk.arguments.json:
        told = [
            {"step": one.step, "ok": one.ok, "sentence": one.sentence, "advice": one.advice, "details": one.details}
            for one in steps
        ]
        condition = None if ended is None or ended.condition is None else ended.condition.value
        desk.print_json({"ok": works, "conditional_writes": condition, "steps": told, "saved": saved})
    return EXIT_OK if works and saved == bool(desk.arguments.save) else EXIT_FAILED


def _save(desk: BucketDesk, library: Library, entry: Entry) -> bool:
    """Keep the library there from now on; says why not."""
    grip = Grip()
    desk.ended_by_interrupt(grip.end)
    setting_up = SettingUp(library, desk.connecting, desk.remotes)
    for step in setting_up.begin(entry, grip.reached, desk.cancel):
        if isinstance(step, Begun):
            if step.place:
                desk.tell(f"Its key is kept by: {step.place}.")
            return True
        desk.tell(
            "Another library lies at this place, and nothing was changed. Choose another prefix, or make that library "
            "on this computer with: imagegen-desktop bucket restore DIR"
        )
    return False


# ---- sync ----


def _sync(desk: BucketDesk) -> int:
    library = desk.library()
    entry = desk.kept_entry(library)
    deletes = Deletes.ASK
    if desk.arguments.accept_deletes:
        deletes = Deletes.ACCEPT
    elif desk.arguments.keep_deleted:
        deletes = Deletes.REFUSE
    told, fetched = TellRound(desk), TellFetching(desk)
    with desk.line(library, entry) as line:

        def one_round(syncing: Syncing, cancel: CancelToken) -> Iterator[SyncStep]:
            return syncing.round(cancel, deletes=deletes)

        for step in line.use(one_round, desk.cancel):
            told.note(step)
        if desk.arguments.fetch and told.held_back is None:
            for each in line.use(_fetch_all, desk.cancel):
                fetched.note(each)
    if desk.arguments.json:
        desk.print_json(told.facts() | fetched.facts())
    else:
        told.print_end()
    if told.held_back is not None:
        return EXIT_FAILED
    if told.not_sent or fetched.failed:
        return EXIT_PARTLY if told.sent or fetched.paths else EXIT_FAILED
    return EXIT_OK


def _fetch_all(syncing: Syncing, cancel: CancelToken) -> Iterator[FetchStep]:
    return syncing.fetch_all(cancel)


# ---- restore ----


def _restore(desk: BucketDesk) -> int:
    entry = desk.typed_entry()
    if entry is None:
        raise WrongArgumentsError("name the place: a --bucket with its --endpoint and --access-key, or a --folder")
    settings, grip = entry.settings, Grip()
    desk.ended_by_interrupt(grip.end)
    connecting = desk.connecting
    trying = connecting.trying(settings, entry.key, entry.passphrase)
    store = trying.store(settings, may_begin=False, reached=grip.reached)
    try:
        library = join(store, Path(desk.arguments.folder_to_make), desk.folders.data)
    finally:
        store.close()
    _save(desk, library, entry)
    told, fetched = TellRound(desk), TellFetching(desk)
    with desk.line(library, entry) as line:
        # A library that comes whole brings its deletes along: there is nothing here that they could take.
        for step in line.use(lambda syncing, cancel: syncing.round(cancel, deletes=Deletes.ACCEPT), desk.cancel):
            told.note(step)
        if not desk.arguments.no_originals:
            for each in line.use(_fetch_all, desk.cancel):
                fetched.note(each)
    images = len(library.index.ids())
    if desk.arguments.json:
        facts = {"library": str(library.folder.path), "images": images, "damaged": told.damaged}
        desk.print_json(facts | fetched.facts())
    else:
        print(library.folder.path, file=desk.out)
        desk.tell(f"Images: {images}. Originals fetched: {len(fetched.paths)}.")
    if fetched.failed or told.damaged:
        return EXIT_PARTLY if images else EXIT_FAILED
    return EXIT_OK


# ---- verify ----


def _verify(desk: BucketDesk) -> int:
    library = desk.library()
    told = TellComparison(desk)
    mend, read_back = desk.arguments.mend, desk.arguments.read_back
    with desk.line(library, desk.kept_entry(library)) as line:
        for step in line.use(
            lambda syncing, cancel: syncing.verify(cancel, read_back=read_back, mend=mend), desk.cancel
        ):
            told.note(step)
    if desk.arguments.json:
        desk.print_json(told.facts())
    else:
        told.print_end()
    return EXIT_OK if told.is_well else EXIT_FAILED
