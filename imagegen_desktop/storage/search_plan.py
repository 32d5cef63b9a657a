"""A search as SQL: from which table it starts, what must hold, and within which times."""

from __future__ import annotations

from dataclasses import dataclass

Value = int | float | str


@dataclass(frozen=True, slots=True)
class Plan:
    """How the images of a view are found. The one that narrows most goes first: words, else a tag or album, else all.

    `where` holds conditions on `images i` with `values`. A `match` is an FTS5 expression, a `mark` a tag's or album's
    number; with `scanned`, no index helps with `where`. `low` and `high` bound the moments: from, and before.
    """

    where: str
    values: tuple[Value, ...]
    match: str = ""
    mark: int | None = None
    scanned: bool = False
    low: int | None = None
    high: int | None = None

    def select(self, columns: str, tail: str) -> tuple[str, list[Value]]:
        """SQL for `columns` of images `i` and states `s`, and its values. `tail` may order by {moment}."""
        # CROSS JOIN keeps the order: SQLite can't know how many images hold a word.
        if self.match:
            source, moment, first = "words w CROSS JOIN images i ON i.moment = w.rowid", "w.rowid", "words MATCH ?"
        elif self.mark is not None:
            source, moment, first = "marks m CROSS JOIN images i ON i.moment = m.moment", "m.moment", "m.mark = ?"
        else:
            # An index that orders but does not filter costs a second look for each image: the table is in order as well.
            source, moment, first = ("images i NOT INDEXED" if self.scanned else "images i"), "i.moment", ""
        values: list[Value] = [self.match or self.mark or 0] if first else []
        conditions = [first] if first else []
        for bound, sign in ((self.low, ">="), (self.high, "<")):
            if bound is not None:
                conditions.append(f"{moment} {sign} ?")
                values.append(bound)
        values += self.values
        if "s." in columns:
            source += " CROSS JOIN states s ON s.moment = i.moment"
        where = " AND ".join([*conditions, self.where])
        return f"SELECT {columns} FROM {source} WHERE {where} {tail.format(moment=moment)}", values  # noqa: S608 (our own words; what was typed is bound)
