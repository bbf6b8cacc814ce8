"""The newest cards that PostgreSQL's index finds, at one question and at a bounded cost. Pure: writes SQL.

A GIN index knows no order. The planner either walks all cards from the newest on, which takes seconds for
what only old ones hold, or sorts every hit, which takes half a second for what many hold. So every card's
vector holds the block of ids that it lies in, and the larger block that this one is part of
(migrations/0008): a question to one block costs what that block holds. A search goes

  1. through the blocks that are nearest, where what is common is found at once;
  2. if they hold too few, it counts its hits, no further than `FEW`: as many at most are sorted;
  3. more are looked for in one large block after the other, and there in one block after the other.

All of it is one statement; PostgreSQL leaves out the steps that are not needed.
"""

from dataclasses import dataclass

BLOCK, LARGE = 12, 16  # bits of an id that a block leaves open: 4,096 ids, and 65,536
BLOCK_TOKEN, LARGE_TOKEN = "_k", "_j"
NEAR = 4  # blocks that are looked through first
FEW = 1_000  # hits that are sorted


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A direction through the ids, and the id that it begins beside, None at the end of them."""

    up: bool
    than: int | None
    most: int

    @property
    def order(self) -> str:
        """Return how ids are ordered on it."""
        return "ASC" if self.up else "DESC"

    @property
    def step(self) -> str:
        """Return how it goes from block to block."""
        return "1" if self.up else "-1"

    @property
    def bound(self) -> str:
        """Return what holds of the ids that lie on it; `than` is a number of ours."""
        return f"AND image_id {'>' if self.up else '<'} {self.than:d}" if self.than is not None else ""


def sql(table: str, query: str, way: Way) -> tuple[str, list[str | int]]:
    """Return the statement for the ids on a way, the nearest first, and its values; query: a tsquery."""
    newest = f"coalesce((SELECT max(image_id) FROM {table}), 0)"  # noqa: S608 - our own table
    start = newest if way.than is None else f"{way.than:d}"
    last = newest if way.up else "0"
    near = f"SELECT ({start})::bigint >> {BLOCK} AS at, {last} >> {BLOCK} AS last"
    reach = f"least(ends.at + {NEAR - 1}, ends.last)" if way.up else f"greatest(ends.at - {NEAR - 1}, 0)"
    bits = LARGE - BLOCK
    within = f"large << {bits}, (large << {bits}) + {2**bits - 1}"
    if not way.up:
        within = ", ".join(reversed(within.split(", ")))
    hits, found = "(SELECT count(*) FROM hits)", "(SELECT count(*) FROM near)"
    statement = f"""WITH ends AS MATERIALIZED ({near}),
    near AS MATERIALIZED (SELECT found.image_id FROM ends,
        generate_series(ends.at, {reach}, {way.step}) AS block, {_in_block(table, way)} LIMIT {way.most:d}),
    hits AS MATERIALIZED (SELECT image_id FROM {table} WHERE vector @@ (SELECT %s::tsquery) {way.bound}
        AND {found} < {way.most:d} LIMIT {FEW + 1}),
    few AS (SELECT image_id FROM hits WHERE {hits} <= {FEW} ORDER BY image_id {way.order} LIMIT {way.most:d}),
    deep AS (SELECT found.image_id FROM ends,
        generate_series(ends.at >> {bits}, ends.last >> {bits}, {way.step}) AS large,
        LATERAL (SELECT 1 FROM {table} WHERE vector @@ (%s || large)::tsquery {way.bound} LIMIT 1) AS hit,
        generate_series({within}, {way.step}) AS block, {_in_block(table, way)}
        WHERE {hits} > {FEW} LIMIT {way.most:d})
    SELECT image_id FROM (SELECT image_id FROM near WHERE {found} = {way.most:d}
        UNION ALL SELECT image_id FROM few UNION ALL SELECT image_id FROM deep) AS found
    ORDER BY image_id {way.order}"""  # noqa: S608 - our own table and numbers
    block, large = f"{query} & {BLOCK_TOKEN}", f"{query} & {LARGE_TOKEN}"
    return statement, [block, query, large, block]


def _in_block(table: str, way: Way) -> str:
    return f"""LATERAL (SELECT image_id FROM {table} WHERE vector @@ (%s || block)::tsquery {way.bound}
        ORDER BY image_id + 0 {way.order} LIMIT {way.most:d}) AS found"""  # noqa: S608 - our own table and numbers
