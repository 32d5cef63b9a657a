"""Times searching while it is typed, letter by letter, beside a LIKE scan of the same records in the same run."""

from __future__ import annotations

import argparse
import gc
import sqlite3
import statistics
import tempfile
import time
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from search_records import NEWEST, Prompts, states

from imagegen_desktop.core.places import Place, View
from imagegen_desktop.storage.index import Index

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from imagegen_desktop.core.changes import ImageState

ROWS = 200
BATCH = 1_000
BARE = (
    "CREATE VIRTUAL TABLE words USING fts5 (text, content='', prefix='1 2 3', tokenize='unicode61 remove_diacritics 2')"
)
FILTERS = (
    "fav",
    "rating>=4",
    "model:flux",
    "tag:soft",
    "album:album1",
    "ratio:square cost>0.01",
    "on:2026-11-20",
    "has:note",
    "light -warm",
    "light OR warm",
    "fav OR warm",
    "openai",
    "image",
)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--records", type=int, default=100_000)
    asked.add_argument("--queries", type=int, default=60, help="typed letter by letter, three words each")
    asked.add_argument("--folder", type=Path, help="on the disk you mean; a temporary folder may lie in memory")
    told = asked.parse_args()
    # As in the app, where garbage is collected on the main thread alone (workers/collector.py).
    gc.disable()
    with tempfile.TemporaryDirectory(dir=told.folder) as folder:
        run(Path(folder), told.records, told.queries)


def run(folder: Path, records: int, queries: int) -> None:
    index, scan = fill(folder, records)
    typed = list(typing(Prompts(2), queries))
    quick, like = Times("index, newest first, 200 states"), Times("LIKE scan, newest first, 200 ids")
    moments = Times("index, newest first, ids alone")
    with sqlite3.connect(scan) as connection:
        for words in typed:
            # What is measured is warm, whoever comes first.
            index.newest(View(words=words), ROWS)
        for number, words in enumerate(typed):
            quick.time(lambda words=words: index.newest(View(words=words), ROWS))
            moments.time(lambda words=words: ids_alone(index, words))
            # A scan takes so long that a part of the letters is enough.
            if number % max(1, records // 20_000) == 0:
                like.time(lambda words=words: scanned(connection, words))
    for times in (quick, moments, like):
        print(times)
    print(
        f"ratio of p99 to LIKE: {quick.at(0.99) / like.at(0.99):.3f}, of the median: {quick.at(0.5) / like.at(0.5):.3f}"
    )
    ranked = Times("index, by relevance, 200 states")
    for words in typed[:: max(1, records // 50_000)]:
        ranked.time(lambda words=words: index.ranked(View(words=words), ROWS))
    print(ranked)
    views(index, typed)


def views(index: Index, typed: Sequence[str]) -> None:
    """What a grid and a sidebar ask for."""
    everything = index.listing(View())
    page = tuple(everything.moments[len(everything) // 2 :][:256])
    for name, work in {
        f"listing of all {len(everything)}": lambda: index.listing(View()),
        "listing of the favourites": lambda: index.listing(View(place=Place.FAVOURITES)),
        "rows, a page of 256": lambda: index.rows(page),
        "counts": index.counts,
        "timeline": index.timeline,
        "vocabulary": index.vocabulary,
        "spending by album": index.spending_by_album,
    }.items():
        times = Times(name)
        for _ in range(7):
            times.time(work)
        print(times)
    listed = Times("listing of what was typed")
    for words in typed[::10]:
        listed.time(lambda words=words: index.listing(View(words=words)))
    print(listed)
    for words in FILTERS:
        filtered = Times(f"newest: {words}")
        for _ in range(5):
            filtered.time(lambda words=words: index.newest(View(words=words), ROWS))
        print(filtered)


def fill(folder: Path, records: int) -> tuple[Index, Path]:
    """The index, and a plain table of the same texts."""
    index = Index(folder / "index.sqlite", lambda: NEWEST)
    index.counts()
    source = states(records, Prompts(1))
    scan = folder / "scan.sqlite"
    spent = bare = 0.0
    with sqlite3.connect(scan) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("CREATE TABLE texts (moment INTEGER PRIMARY KEY, text TEXT)")
        connection.execute(BARE)
        while batch := list(islice(source, BATCH)):
            start = time.perf_counter()
            index.put(batch)
            spent += time.perf_counter() - start
            texts = [
                (" ".join((each.record.prompt, each.record.enhanced_prompt or "", each.title, *each.tags)),)
                for each in batch
            ]
            start = time.perf_counter()
            connection.executemany("INSERT INTO words (text) VALUES (?)", texts)
            connection.commit()
            bare += time.perf_counter() - start
            connection.executemany("INSERT INTO texts (text) VALUES (?)", texts)
    size = (folder / "index.sqlite").stat().st_size / 1e6
    print(f"{records} records put at {records / spent:,.0f}/s, {BATCH} to a commit; the index has {size:.0f} MB")
    print(f"the texts alone into a bare table of words: {records / bare:,.0f}/s, ratio {bare / spent:.2f}")
    changed = index.rows(index.listing(View()).moments[:BATCH])
    start = time.perf_counter()
    index.put([_rated(state) for state in changed.values()])
    print(f"ratings changed at {len(changed) / (time.perf_counter() - start):,.0f}/s")
    return index, scan


def _rated(state: ImageState) -> ImageState:
    return replace(state, rating=5 - state.rating)


def typing(prompts: Prompts, queries: int) -> list[str]:
    """What stands in the box after each letter."""
    typed: list[str] = []
    for _ in range(queries):
        text = " ".join(prompts.some(3))
        typed += [text[:end] for end in range(1, len(text) + 1) if text[end - 1] != " "]
    return typed


def ids_alone(index: Index, words: str) -> None:
    """The search without reading and decoding what it found."""
    with index._searching(View(words=words), None, None) as (connection, plan):
        sql, values = plan.select("i.moment", "ORDER BY {moment} DESC LIMIT ?")
        connection.execute(sql, [*values, ROWS]).fetchall()


def scanned(connection: sqlite3.Connection, words: str) -> None:
    each = words.split()
    condition = " AND ".join(["text LIKE ?"] * len(each))
    query = f"SELECT moment FROM texts WHERE {condition} ORDER BY moment DESC LIMIT ?"  # noqa: S608 (question marks)
    connection.execute(query, [*(f"%{word}%" for word in each), ROWS]).fetchall()


class Times:
    """Milliseconds of one kind of work: on the wall, and of the processor, which a busy machine does not lengthen as much."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.taken: list[float] = []
        self.worked: list[float] = []

    def time(self, work: Callable[[], object]) -> None:
        start, begun = time.perf_counter(), time.thread_time()
        work()
        self.worked.append((time.thread_time() - begun) * 1000)
        self.taken.append((time.perf_counter() - start) * 1000)

    def at(self, share: float) -> float:
        return _at(self.taken, share)

    def __str__(self) -> str:
        return (
            f"{self.name:36} n {len(self.taken):5}  median {statistics.median(self.taken):8.2f}"
            f"  p99 {self.at(0.99):8.2f}  max {max(self.taken):8.2f} ms"
            f"  processor: median {statistics.median(self.worked):7.2f}  p99 {_at(self.worked, 0.99):7.2f} ms"
        )


def _at(taken: Sequence[float], share: float) -> float:
    return sorted(taken)[min(int(len(taken) * share), len(taken) - 1)]


if __name__ == "__main__":
    main()
