"""The figures of SurSaUD a second time, straight from the delivered files: one query for each feed, no code of Vigie.

`counts()` makes the table `counts` (day, dep, age, sex, tot, corona, hospit) of what the rows of all files say, and
`figures()` every cell that indicators are made of; nothing here knows of landing, staging, the vocabularies, the cubes
or the simulator.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import duckdb

COLUMNS = {
    "oscour": (
        "id_passage;version;nature;finess;departement;date_entree;sexe;classe_age;diagnostic_principal;"
        "diagnostics_associes;orientation"
    ).split(";"),
    "sos_medecins": "id_acte;version;nature;association;departement;date_acte;sexe;classe_age;diagnostic".split(";"),
}

_ICD10 = "[A-Z][0-9]{2}[.]?[0-9+]{0,4}"

#: For each feed the patterns of its columns, in their order; a row keeps the contract when all of them fit.
PATTERNS = {
    "oscour": {
        "id": "[0-9A-Za-z-]{8,64}",
        "version": "[1-9][0-9]{0,3}",
        "nature": "new|correction|deletion",
        "sender": "[0-9][0-9AB][0-9]{7}",
        "dep": "[0-9][0-9AB]|9[78][0-9]",
        "date": "[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}",
        "sex": "[FHI]?",
        "age": "[A-E1-6]?",
        "principal": f"({_ICD10})?",
        "associated": f"({_ICD10}(,{_ICD10})*)?",
        "outcome": "(MUTATION|TRANSFERT|DOMICILE|DECES)?",
    },
    "sos_medecins": {
        "id": "[0-9A-Za-z-]{8,64}",
        "version": "[1-9][0-9]{0,3}",
        "nature": "new|correction|deletion",
        "sender": "[0-9A-Z]{3,7}",
        "dep": "[0-9][0-9AB]|9[78][0-9]",
        "date": "[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}",
        "sex": "[FHI]?",
        "age": "[A-E1-6]?",
        "principal": "([A-Z][A-Z0-9]{1,15})?",
    },
}
CODED = {"oscour": "principal || associated <> ''", "sos_medecins": "principal <> ''"}
COVID = {
    "oscour": (
        "regexp_matches(replace(principal || ',' || associated, '.', ''),"
        " '\\b(U071|U071[01245][0-9+]*|(U049|B342|B972)[0-9+]*)(,|$)')"
    ),
    "sos_medecins": "principal = 'COVID'",
}
HOSPITALISED = {"oscour": "outcome in ('MUTATION', 'TRANSFERT')", "sos_medecins": "false"}


def delivered(home: Path, feed: str) -> duckdb.DuckDBPyConnection:
    """Every row of every file with as many fields as there are columns, as text: the table `rows`, and `good`, those
    that keep the contract."""
    con = duckdb.connect(config={"threads": 2})
    names = list(PATTERNS[feed])
    folder = home / "landing" / feed
    parts = []
    if list(folder.glob("*/*.csv.gz")):
        fields = ", ".join(f"field[{number}] as {name}" for number, name in enumerate(names, start=1))
        parts.append(
            f"select {fields}, filename from (select string_split(line, ';') as field, filename from"
            f" read_csv('{folder}/*/*.csv.gz', columns = {{'line': 'varchar'}}, delim = '\\t', header = true,"
            f" quote = '', escape = '', filename = true)) where len(field) = {len(names)}"
        )
    if list(folder.glob("*/*.parquet")):
        fields = ", ".join(
            f"coalesce({column}::varchar, '') as {name}" for column, name in zip(COLUMNS[feed], names, strict=True)
        )
        parts.append(f"select {fields}, filename from read_parquet('{folder}/*/*.parquet', filename = true)")
    con.execute(
        "create table rows as select * exclude (filename), try_cast(date as timestamp) as moment,"
        " regexp_extract(filename, '/([0-9-]{10})/', 1)::date as received_on"
        f" from ({' union all by name '.join(parts)})"
    )
    fits = " and ".join(f"regexp_full_match({name}, '{pattern}')" for name, pattern in PATTERNS[feed].items())
    con.execute(
        f"create table good as select * from rows where {fits} and moment >= '2020-01-01'"
        " and moment < received_on + interval 1 day and (age = '' or (age >= 'A') = (moment < '2021-11-04'))"
    )
    return con


def counts(home: Path, feed: str) -> duckdb.DuckDBPyConnection:
    """The table `counts` of what has been delivered to a feed."""
    con = delivered(home, feed)
    con.execute(
        f"""
        create table counts as
        with current as (select unnest(arg_max(good, version::integer)) from good group by id),
        told as (select *, {COVID[feed]} as is_covid from current where nature <> 'deletion' and {CODED[feed]})
        select moment::date as day, dep, age, case sex when 'F' then 'f' when 'H' then 'h' else '' end as sex,
            count(*)::bigint as tot, count(*) filter (is_covid)::bigint as corona,
            count(*) filter (is_covid and {HOSPITALISED[feed]})::bigint as hospit
        from told
        group by all
        """
    )
    return con


#: The class of each code of age, in the five classes of before and in the six of today; no code is no class.
SCHEMES = {
    "all": dict.fromkeys([*"ABCDE123456", ""], "all"),
    "sursaud": dict(zip([*"ABCDE123456", ""], "14 44 64 74 75 14 14 44 64 74 75 unknown".split(), strict=True)),
    "sursaud6": dict(zip([*"ABCDE123456", ""], "unknown 44 64 74 75 04 14 44 64 74 75 unknown".split(), strict=True)),
}


def figures(home: Path, feed: str, departements: Path) -> duckdb.DuckDBPyConnection:
    """The tables `figures` and `senders` of what has been delivered to a feed.

    `figures`: number of records, of those coded, suspected, hospitalised as such and for whatever reason, in every cell
    of France, régions and
    départements × day, seven days and week × sex × classes of age, zeros included. `senders`: by place and period,
    those that sent a record and those that coded one. `departements` is a table (dep, reg) of the places there are.
    """
    con = delivered(home, feed)
    classes = [(scheme, code, to) for scheme, codes in SCHEMES.items() for code, to in codes.items()]
    con.execute("create table classes (age_scheme varchar, age varchar, age_class varchar)")
    con.executemany("insert into classes values (?, ?, ?)", classes)
    con.execute(
        f"""
        create table deps as select dep, reg from read_csv('{departements}', all_varchar = true);
        create table told as
        with current as (select unnest(arg_max(good, version::integer)) from good group by id)
        select
            moment::date as day, coalesce(deps.dep, 'unknown') as dep, coalesce(deps.reg, 'unknown') as reg,
            case current.sex when 'F' then 'F' when 'H' then 'M' else 'unknown' end as sex, age, sender,
            ({CODED[feed]})::int as coded, coded * ({COVID[feed]})::int as covid,
            covid * ({HOSPITALISED[feed]})::int as hospitalised, coded * ({HOSPITALISED[feed]})::int as stayed
        from current left join deps on current.dep = deps.dep
        where nature <> 'deletion';
        create table days as
        select unnest(generate_series(min(day), max(day), interval 1 day))::date as day, min(day) as first_day
        from told;
        create table periods as
        select 'day' as period, day as period_start, day as period_end from days
        union all select 'rolling7', day - 6, day from days where day - 6 >= first_day
        union all select 'week', day - 6, day from days where day - 6 >= first_day and strftime(day, '%a') = 'Sun';
        create table located as
        select 'FRA' as geo_level, 'FR' as geo_code, * from told
        union all select 'REG', reg, * from told
        union all select 'DEP', dep, * from told;
        create table grid as
        select geo_level, geo_code, period, period_start, period_end, sexes.sex, age_scheme, age_class
        from periods
        cross join (
            select 'FRA' as geo_level, 'FR' as geo_code
            union select 'REG', reg from deps union select 'DEP', dep from deps
            union select unnest(['REG', 'DEP']), 'unknown'
        )
        cross join (select unnest(['all', 'F', 'M', 'unknown']) as sex) as sexes
        cross join (select distinct age_scheme, age_class from classes);
        create table sums as
        select geo_level, geo_code, day, sexes.sex, age_scheme, age_class, count(*) as total, sum(coded) as coded,
            sum(covid) as covid, sum(hospitalised) as hospitalised, sum(stayed) as stayed
        from located
        join (select unnest(['all', 'F', 'M', 'unknown']) as sex) as sexes on sexes.sex in ('all', located.sex)
        join classes using (age)
        group by all;
        create table figures as
        with summed as (
            select geo_level, geo_code, period, period_end, sex, age_scheme, age_class, sum(total) as total,
                sum(coded) as coded, sum(covid) as covid, sum(hospitalised) as hospitalised, sum(stayed) as stayed
            from sums join periods on day between period_start and period_end
            group by all
        )
        select grid.*, coalesce(total, 0)::bigint as total, coalesce(coded, 0)::bigint as coded,
            coalesce(covid, 0)::bigint as covid, coalesce(hospitalised, 0)::bigint as hospitalised,
            coalesce(stayed, 0)::bigint as stayed
        from grid left join summed using (geo_level, geo_code, period, period_end, sex, age_scheme, age_class);
        create table senders as
        select geo_level, geo_code, period, period_start, period_end, count(distinct sender) as total,
            count(distinct sender) filter (coded = 1) as coded
        from located join periods on day between period_start and period_end
        group by all;
        """
    )
    return con


def workbook_rows(path: Path, sheet: int) -> Iterator[list[str]]:
    """The rows of a sheet of the official workbook (1 is the first) as text, read from its XML."""
    xml = zipfile.ZipFile(path).read(f"xl/worksheets/sheet{sheet}.xml").decode()
    cell = re.compile(r'<c r="([A-Z]+)\d+"[^>]*?(?:/>|>(?:<is><t>|<v>)?([^<]*).*?</c>)')
    for row in re.findall(r"<row .*?</row>", xml, re.DOTALL):
        yield [value for _, value in cell.findall(row)]
