"""The command `bucket share`: links to images, their list, and their end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imagegen_desktop.cli.bucket_desk import WrongArgumentsError
from imagegen_desktop.cli.command_line import EXIT_FAILED, EXIT_OK, EXIT_PARTLY
from imagegen_desktop.cli.library_desk import LibraryDesk
from imagegen_desktop.core.errors import StorageError
from imagegen_desktop.core.exporting import Metadata
from imagegen_desktop.studio.syncing.shares import Shared, Shares

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imagegen_desktop.cli.bucket_desk import BucketDesk
    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.storage.sync_book import SharedCopy

HOUR = 3600


def share(desk: BucketDesk) -> int:
    arguments = desk.arguments
    if not (arguments.list or arguments.revoke or arguments.words):
        raise WrongArgumentsError("say which images: a search or ids; or --list, or --revoke LINK")
    library = desk.library()
    entry = desk.kept_entry(library)
    settings = entry.settings
    if arguments.public and not settings.public_url:
        raise WrongArgumentsError("the settings name no public address of the bucket")
    book = desk.connecting.book(library, settings)
    if arguments.list:
        return _print(desk, book.shared())
    with desk.line(library, entry) as line:
        shares = Shares(line, book, public_url=settings.public_url)
        if arguments.revoke:
            return _revoke(desk, shares, book.shared())
        return _share(desk, shares, LibraryDesk(library, arguments, desk.cancel, desk.out, desk.err).chosen())


def _share(desk: BucketDesk, shares: Shares, states: tuple[ImageState, ...]) -> int:
    made: list[SharedCopy] = []
    failed = 0
    metadata, seconds = Metadata(desk.arguments.metadata), desk.arguments.hours * HOUR
    for state in states:
        if desk.cancel.cancelled:
            break
        try:
            steps = shares.share(state, seconds, desk.cancel, metadata=metadata, public=desk.arguments.public)
            made += [step.copy for step in steps if isinstance(step, Shared)]
        except StorageError as error:
            failed += 1
            desk.tell(f"Not shared: {state.id}: {error.title}. {error.advice}")
    if not states:
        desk.tell("Nothing was found.")
    _print(desk, made)
    if failed or not states:
        return EXIT_PARTLY if made else EXIT_FAILED
    return EXIT_OK


def _revoke(desk: BucketDesk, shares: Shares, known: tuple[SharedCopy, ...]) -> int:
    wanted = desk.arguments.revoke
    copies = [copy for copy in known if wanted in {copy.url, copy.id, copy.image}]
    for copy in copies:
        for _ in shares.revoke(copy, desk.cancel):
            desk.tell(f"Revoked: {copy.url}")
            break
    if not copies:
        desk.tell("This computer knows of no such link. --list prints those that it knows.")
    if desk.arguments.json:
        desk.print_json({"revoked": [_facts(copy) for copy in copies]})
    return EXIT_OK if copies else EXIT_FAILED


def _print(desk: BucketDesk, copies: Sequence[SharedCopy]) -> int:
    if desk.arguments.json:
        desk.print_json([_facts(copy) for copy in copies])
        return EXIT_OK
    for copy in copies:
        end = "until it is revoked" if copy.expires is None else f"until {copy.expires.astimezone():%Y-%m-%d %H:%M}"
        print(f"{copy.url}  {end}", file=desk.out)
    return EXIT_OK


def _facts(copy: SharedCopy) -> dict[str, Any]:
    return {
        "id": copy.id,
        "image": copy.image,
        "url": copy.url,
        "created": copy.created.isoformat(),
        "expires": copy.expires.isoformat() if copy.expires else None,
    }
