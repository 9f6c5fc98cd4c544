"""W6 by hand: contract, box, billing area and number segment joined, then the first user of each new contract found.

Made beforehand: communities are enumerations, contracts carry their customer's community, segments are flattened for
numbers of eleven digits, as all users have. Nobody looks here, as lifestage does, for repeated users, malformed numbers
and late line data, nor gives reasons and commands.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa

from data import W6_REGISTRY
from peers import Peer

DIGITS = 11
KIND = pl.Enum(["merged", "community", "contracted_area", "unassigned"])


def _read(data: Path, name: str) -> pa.Table:
    with pa.memory_map(str(data / f"{name}.arrow")) as file:
        return pa.ipc.open_file(file).read_all()


def _spans(segments: pa.Table) -> Iterator[tuple[int, int, str, str]]:
    """The first and last number of each segment, and where it leads."""
    for segment in segments.to_pylist():
        first, last = segment["prefix"] or segment["from"], segment["prefix"] or segment["to"]
        kind = "community" if segment["community"] else "contracted_area"
        place = int(first.ljust(DIGITS, "0")), int(last.ljust(DIGITS, "9"))
        yield *place, kind, segment[kind]


def _flat(segments: pa.Table) -> pa.Table:
    """Where each number leads: from `first` on, up to the next row's."""
    everywhere = (0, 10**DIGITS, None, None)
    leads, around = {0: everywhere[2:]}, [everywhere]
    for span in [*sorted(_spans(segments), key=lambda span: (span[0], -span[1])), (10**DIGITS, 10**DIGITS, None, None)]:
        while around[-1][1] < span[0]:
            end = around.pop()[1] + 1
            leads[end] = around[-1][2:]
        leads[span[0]] = span[2:]
        around.append(span)
    firsts = sorted(leads)
    kinds, codes = zip(*(leads[first] for first in firsts), strict=True)
    return pa.table({"first": firsts, "kind": kinds, "code": codes})


def with_polars(data: Path, _threads: int) -> Peer:
    """Contracts filtered before they are joined, segments by binary search; both beat plain joins and `join_asof`."""
    boxes, areas, users = (pl.from_arrow(_read(data, name)).rechunk() for name in ("boxes", "billing_areas", "users"))
    customers = pl.from_arrow(_read(data, "customers")).select("customer_id", "community")
    contracts = pl.from_arrow(_read(data, "contracts")).join(customers, on="customer_id", how="left").rechunk()
    flat = pl.from_arrow(_flat(_read(data, "segments")))
    codes = [contracts["community"], boxes["community"], flat["code"], areas["unassigned_community"]]
    code = pl.Enum(pl.concat(codes).drop_nulls().unique().sort())
    contracts = contracts.with_columns(pl.col("community").cast(code))
    boxes = boxes.select("box", of_box=pl.col("community").cast(code))
    areas = areas.select("billing_area", unassigned=pl.col("unassigned_community").cast(code))
    flat = flat.with_columns(pl.col("kind").cast(KIND), pl.col("code").cast(code))

    def run() -> pl.DataFrame:
        located = _located(users, contracts, boxes, areas, flat)
        placed = pl.concat([_known(located), _new(located)], how="diagonal").sort("row").drop("row")
        return pl.concat([located.lazy().select("customer_id"), placed], how="horizontal").collect()

    return Peer(pl.__version__, run, lambda placed: placed.with_columns(pl.col(pl.Enum).cast(pl.String)).to_arrow())


def _located(
    users: pl.DataFrame, contracts: pl.DataFrame, boxes: pl.DataFrame, areas: pl.DataFrame, flat: pl.DataFrame
) -> pl.DataFrame:
    """Users with what the registry knows of each of their keys."""
    asked = contracts.lazy().filter(pl.col("account_id").is_in(users["account_id"].implode()))
    number = pl.col("service_number").cast(pl.Int64).fill_null(0)
    return (
        users.lazy()
        .join(asked, on="account_id", how="left", maintain_order="left")
        .join(boxes.lazy(), on="box", how="left", maintain_order="left")
        .join(areas.lazy(), on="billing_area", how="left", maintain_order="left")
        .with_columns(at=pl.lit(flat["first"]).search_sorted(number, side="right") - 1)
        .with_columns(kind=pl.lit(flat["kind"]).gather("at"), of_segment=pl.lit(flat["code"]).gather("at"))
        .select("account_id", "customer_id", "community", "of_box", "kind", "of_segment", "unassigned")
        .with_row_index("row")
        .collect()
    )


def _known(located: pl.DataFrame) -> pl.LazyFrame:
    """Users of contracts that are known."""
    known = located.lazy().filter(pl.col("customer_id").is_not_null())
    return known.select("row", "community", placement=pl.lit("merged", KIND))


def _new(located: pl.DataFrame) -> pl.LazyFrame:
    """The other users: the first one of a contract that can be placed creates a customer, later ones merge into it."""
    placement = (
        pl.when(pl.col("of_box").is_not_null())
        .then(pl.lit("community", KIND))
        .when(pl.col("of_segment").is_not_null())
        .then("kind")
        .when(pl.col("unassigned").is_not_null())
        .then(pl.lit("unassigned", KIND))
    )
    of_account = (
        pl.when(pl.col("account_id").is_null()).then("placed").otherwise(pl.col("placed").min().over("account_id"))
    )
    return (
        located.lazy()
        .filter(pl.col("customer_id").is_null())
        .with_columns(placement=placement, community=pl.coalesce("of_box", "of_segment", "unassigned"))
        .with_row_index("own")
        .with_columns(placed=pl.when(pl.col("placement").is_not_null()).then("own"))
        .with_columns(first=of_account)
        .with_columns(first=pl.when(pl.col("first") <= pl.col("own")).then("first"))
        .with_columns(creates=(pl.col("first") == pl.col("own")).fill_null(value=False))
        .select(
            "row",
            community=pl.col("community").gather("first"),
            placement=pl.when(pl.col("first") < pl.col("own")).then(pl.lit("merged", KIND)).otherwise("placement"),
            new_customer=pl.col("creates").cum_sum().cast(pl.Int64).gather("first"),
            conflicts_with=pl.when(pl.col("creates") & (pl.col("of_box") != pl.col("of_segment"))).then("of_segment"),
        )
    )


BLOCK = 1_000
LOADED = f"""
CREATE TYPE kind AS ENUM ({", ".join(f"'{placement}'" for placement in KIND.categories)});
CREATE TYPE code AS ENUM (
    SELECT community FROM given_customers WHERE community IS NOT NULL
    UNION SELECT community FROM given_boxes
    UNION SELECT code FROM given_flat WHERE code IS NOT NULL
    UNION SELECT unassigned_community FROM given_billing_areas WHERE unassigned_community IS NOT NULL
);
CREATE TABLE users AS SELECT row_number() OVER () AS row, * FROM given_users;
CREATE TABLE contracts AS
    SELECT account_id, customer_id, community::code AS community
    FROM given_contracts LEFT JOIN given_customers USING (customer_id);
CREATE TABLE boxes AS SELECT box, community::code AS community FROM given_boxes;
CREATE TABLE billing_areas AS SELECT billing_area, unassigned_community::code AS community FROM given_billing_areas;
CREATE TABLE segments AS
    SELECT unnest(range(first // {BLOCK}, last // {BLOCK} + 1)) AS block, first, last, kind, code FROM (
        SELECT first, lead(first) OVER (ORDER BY first) - 1 AS last, kind::kind AS kind, code::code AS code
        FROM given_flat
    ) WHERE code IS NOT NULL;
"""
SQL = f"""
WITH known AS MATERIALIZED (
    SELECT row, users.account_id, service_number::BIGINT AS number, box, billing_area, customer_id, community
    FROM users LEFT JOIN contracts USING (account_id)
), fresh AS MATERIALIZED (
    SELECT row, account_id,
        CASE
            WHEN boxes.community IS NOT NULL THEN 'community'::kind
            WHEN code IS NOT NULL THEN segments.kind
            WHEN billing_areas.community IS NOT NULL THEN 'unassigned'::kind
        END AS placement,
        coalesce(boxes.community, code, billing_areas.community) AS community,
        CASE WHEN boxes.community <> code THEN code END AS conflicts_with
    FROM (SELECT * EXCLUDE (customer_id, community) FROM known WHERE customer_id IS NULL) AS unknown
    LEFT JOIN boxes USING (box) LEFT JOIN billing_areas USING (billing_area)
    LEFT JOIN segments ON number // {BLOCK} = block AND number BETWEEN first AND last
), firsts AS (
    SELECT min(row) AS row, account_id, arg_min(community, row) AS community
    FROM fresh WHERE account_id IS NOT NULL AND placement IS NOT NULL GROUP BY account_id
    UNION ALL SELECT row, NULL, community FROM fresh WHERE account_id IS NULL AND placement IS NOT NULL
), creators AS MATERIALIZED (
    SELECT *, row_number() OVER (ORDER BY row) AS new_customer FROM firsts
), placed AS (
    SELECT row, 'merged'::kind AS placement, customer_id, community, NULL AS new_customer, NULL::code AS conflicts_with
    FROM known WHERE customer_id IS NOT NULL
    UNION ALL
    SELECT row, placement, NULL, fresh.community, new_customer, conflicts_with
    FROM fresh LEFT JOIN (SELECT row, new_customer FROM creators WHERE account_id IS NULL) AS own USING (row)
    WHERE account_id IS NULL
    UNION ALL
    SELECT fresh.row,
        CASE WHEN first.row < fresh.row THEN 'merged'::kind ELSE placement END,
        NULL,
        CASE WHEN first.row < fresh.row THEN first.community ELSE fresh.community END,
        new_customer,
        CASE WHEN first.row = fresh.row THEN conflicts_with END
    FROM fresh LEFT JOIN creators AS first ON first.account_id = fresh.account_id AND first.row <= fresh.row
    WHERE fresh.account_id IS NOT NULL
)
SELECT customer_id, placement, community, new_customer, conflicts_with FROM placed ORDER BY row
"""


def with_duckdb(data: Path, threads: int) -> Peer:
    """Hash joins only: segments in blocks of a thousand numbers, which beats `ASOF`; the result in Arrow."""
    connection = duckdb.connect(config={"threads": threads})
    for name in (*W6_REGISTRY, "users"):
        connection.register(f"given_{name}", _read(data, name))
    connection.register("given_flat", _flat(_read(data, "segments")))
    connection.execute(LOADED)
    for name in (*W6_REGISTRY, "users", "flat"):
        connection.unregister(f"given_{name}")
    return Peer(duckdb.__version__, lambda: connection.sql(SQL).to_arrow_table(), _plain)


def _plain(placed: pa.Table) -> pa.Table:
    """Texts in place of enumerations."""
    is_text = lambda field: pa.types.is_dictionary(field.type)  # noqa: E731
    return placed.cast(
        pa.schema([field.with_type(pa.string()) if is_text(field) else field for field in placed.schema])
    )
