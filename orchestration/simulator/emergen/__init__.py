"""The producer of EMERGEN: sequences of Flash surveys, of which the counts are known beforehand."""

import datetime

from orchestration.simulator.emergen.rates import RATES
from orchestration.simulator.feed import Feed
from orchestration.simulator.made_up import made_up

EMERGEN = Feed(
    name="emergen",
    system="EMERGEN",
    first_day=datetime.date(2021, 1, 4),
    columns=(
        "id_sequence",
        "version",
        "nature",
        "plateforme",
        "debut_enquete",
        "region",
        "date_prelevement",
        "interpretable",
        "lignee",
    ),
    rates=RATES,
    send=made_up(
        "EMERGEN",
        of="sequences",
        records_each=1.07,
        why="Sequences are made up alone (builtin): no official file gives their counts by lineage.",
    ),
    truth={"counts": "select survey, region, lineage, sequences from truth_counts order by all"},
    counts="select coalesce(sum(sequences), 0)::bigint as sequences,"
    " coalesce(sum(sequences) filter (lineage is not null), 0)::bigint as interpretable from truth_counts",
)
