"""The rows: one file for each, which says what is measured and what is hoped for."""

from bench.rows import (
    behind_queue,
    burst,
    footprint,
    isolated,
    keys,
    limited_burst,
    limited_series,
    round_trip,
    series,
    start,
)

ROWS = {
    module.ROW.name: module.ROW
    for module in (
        limited_burst,
        limited_series,
        behind_queue,
        keys,
        start,
        series,
        isolated,
        burst,
        round_trip,
        footprint,
    )
}
