"""Names and order of the columns of every official layout; and official figures that go through a layout unchanged.

What the archive holds is read where it stands, the rest is held to a table with its sources. In the second part a cube
is made of the counts that an official file gives, and its layout must print every figure of that file: shares, rates,
their roundings, codes and names. Whole chains, from records to files, are in `test_official_figures`.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator, Mapping
from itertools import product

import duckdb
import pandas as pd
import pytest
from official_files import ARCHIVE, official_file
from rendered_models import Models, Project
from small_epidemic import SEEDS

from orchestration.warehouse.texts import tell_columns

#: Where a header was read: a file of the archive; else what the publisher's notices and consumers' code name, some of
#: these for another place or period of the same family.
NAMED = "named by the publisher or by consumers"
COUNTS = "sp-pos-quot-reg and sp-pos-quot-dep as the tests of covidregionaldata expect them"
RAW = "sp-pe-tb-heb-reg and sp-pe-tb-quot-reg as consumers load them"
#: Files of the archive.
POS_FRA, FRA_DAY, REG_DAY = (
    "sidep/sp-pos-quot-fra_2022-03-21",
    "sidep/sp-fra-day_2022-06-28",
    "sidep/sp-reg-day_2022-06-28",
)
SCHOOL = "sidep/sp-ti-tp-td-heb-dep-18ans_2022-01-12"
MUTATIONS, MUTATIONS_2022 = "variants/muta-dep_2022-01-12", "variants/muta-reg_2022-06-15"
BY_AGE = "sivic/covid-hosp-txad-age-fra_2023-06-30"

AGES, RATES = "cl_age90", "pop;P;T;Ti;Tp;Td;cl_age90"
TX = "tx_indic_7J_DC;tx_indic_7J_hosp;tx_indic_7J_SC;tx_prev_hosp;tx_prev_SC"
STOCKS = "hosp;rea;HospConv;SSR_USLD;autres;rad;dc"
LOCAL = "semaine_glissante;clage_65;ti_classe;td_classe;tp_classe"
AC_D = "semaine;nb_pos;nb_crib;tx_crib;nb_A0;nb_A1;tx_A1;nb_C0;nb_C1;tx_C1;nb_D0;nb_D1;tx_D1;nb_A0C0;nb_A01C01;tx_A0C0"
SURSAUD = ";".join(
    f"nbre_{name}{sex}"
    for names in (("pass_corona", "pass_tot", "hospit_corona"), ("acte_corona", "acte_tot"))
    for group in ([(name, [""]) for name in names], [(name, ["_h", "_f"]) for name in names])
    for name, sexes in group
    for sex in sexes
)
#: Model -> its columns and where they were read. What differs from the source is said beside it.
HEADERS: dict[str, tuple[str, str]] = {
    "sp_fra_quot": (f"fra;jour;{RATES}", FRA_DAY),
    "sp_reg_quot": (f"reg;jour;{RATES}", REG_DAY),
    "sp_dep_quot": (f"dep;jour;{RATES}", NAMED),
    **{f"sp_{place}_heb": (f"{place};semaine;{RATES}", NAMED) for place in ("fra", "reg", "dep")},
    "table_indicateurs_open_data_france": (
        "date;tx_pos;tx_incid;TO;R;rea;hosp;rad;dchosp;incid_rea;incid_hosp;incid_rad;incid_dchosp;conf;conf_j1;pos;"
        "esms_dc;dc_tot;pos_7j;cv_dose1;esms_cas",
        "synthesis/table-indicateurs-open-data-france_2021-04-21",
    ),
    # In the order of the names that were published; of the columns no file is in the archive.
    "table_indicateurs_open_data_dep": (
        "dep;date;reg;lib_dep;lib_reg;tx_pos;tx_incid;TO;R;hosp;rea;rad;dchosp;reg_rea;incid_hosp;incid_rea;incid_rad;"
        "incid_dchosp;reg_incid_rea;pos;pos_7j;cv_dose1",
        NAMED,
    ),
    "indicateurs_de_suivi": (
        "extract_date;departement;region;libelle_reg;libelle_dep;tx_incid;R;taux_occupation_sae;tx_pos;"
        "tx_incid_couleur;R_couleur;taux_occupation_sae_couleur;tx_pos_couleur;nb_orange;nb_rouge",
        "synthesis/indicateurs-dep-serie_2021-01-13",
    ),
    # Without the nature of the EPCI; with a column that marks made-up IRIS.
    "sg_epci": (f"epci2020;{LOCAL}", NAMED),
    "sg_iris": (f"iris2019;{LOCAL};iris_synthetique", NAMED),
    "sg_com": (f"com2020;{LOCAL}", NAMED),
    "sg_metro": ("epci2020;semaine_glissante;clage_65;ti", NAMED),
    "covid_hospit": (f"dep;sexe;jour;{STOCKS}", NAMED),
    "covid_hospit_clage10": (f"reg;cl_age90;jour;{STOCKS}", "sivic/donnees-hospitalieres-classe-age_2021-04-18"),
    "covid_hospit_incid": (
        "dep;jour;incid_hosp;incid_rea;incid_dc;incid_rad",
        "sivic/donnees-hospitalieres-nouveaux_2022-03-21",
    ),
    "covid_hospit_etab": ("dep;jour;nb", NAMED),
    "covid_hospit_incid_reg": ("jour;nomReg;numReg;incid_rea", NAMED),
    # Without the name of the région and the admissions in critical care, which stood there in some years.
    "covid_hosp_ad_age": ("reg;Semaine;cl_age90;NewAdmHospit", NAMED),
    "covid_hosp_txad_fra": (f"fra;jour;PourAvec;{TX}", NAMED),
    "covid_hosp_txad_reg": (f"reg;jour;PourAvec;{TX}", NAMED),
    "covid_hosp_txad_age_fra": (f"fra;jour;clage_90;PourAvec;{TX}", BY_AGE),
    "sp_ti_tp_td_heb_dep_18ans": ("dep;semaine;age_18ans;ti;tp;td", SCHOOL),
    **{f"sp_ti_tp_td_heb_{place}_18ans": (f"{place};semaine;age_18ans;ti;tp;td", NAMED) for place in ("fra", "reg")},
    **{f"sp_ti_tp_7j_18ans_{place}": (f"{place};semaine;age_18ans;ti;tp;td", NAMED) for place in ("fra", "reg", "dep")},
    **{
        f"sp_mutations_{place}": (
            f"{place};semaine;nb_crib;nb_pos;tx_crib;nb_A0;nb_A1;tx_A1;nb_B0;nb_B1;tx_B1;nb_C0;nb_C1;tx_C1",
            MUTATIONS if place == "dep" else NAMED,
        )
        for place in ("fra", "reg", "dep")
    },
    **{
        f"sp_variant_7j_{place}": (
            f"{place};semaine;cl_age90;Nb_tests_PCR_TA_crible;Prc_tests_PCR_TA_crible;Nb_susp_501Y_V1;Prc_susp_501Y_V1;"
            "Nb_susp_501Y_V2_3;Prc_susp_501Y_V2_3;Nb_susp_IND;Prc_susp_IND;Nb_susp_ABS;Prc_susp_ABS",
            NAMED,
        )
        for place in ("fra", "reg", "dep")
    },
    "muta_reg": (f"reg;nom_reg;{AC_D}", MUTATIONS_2022),
    **{f"muta_{place}": (f"{place};{AC_D}", NAMED) for place in ("fra", "dep")},
    **{
        f"sursaud_{period}_{name}": (f"{place};{time};sursaud_cl_age_corona;{SURSAUD}", NAMED)
        for (period, time), (name, place) in product(
            [("quotidien", "date_de_passage"), ("hebdomadaire", "semaine")],
            [("departement", "dep"), ("region", "reg"), ("france", "fra")],
        )
    },
}
for period, time in (("quot", "jour"), ("heb", "week"), ("7j", "semaine_glissante")):
    for place in ("fra", "reg"):
        HEADERS[f"sp_pos_{period}_{place}"] = (f"{place};{time};P_f;P_h;P;T_f;T_h;T;{AGES};pop", COUNTS)
        HEADERS[f"sp_pe_tb_{period}_{place}"] = (f"{place};{time};P_f;P_h;P;pop_f;pop_h;{AGES};pop", RAW)
    HEADERS[f"sp_pos_{period}_dep"] = (f"dep;{time};P;T;{AGES};pop", COUNTS)
    HEADERS[f"sp_pe_tb_{period}_dep"] = (f"dep;{time};P;{AGES};pop", NAMED)
    for place in ("fra", "reg", "dep"):
        HEADERS[f"sp_pe_std_{period}_{place}"] = (f"{place};{time};pop;P;tx_std", NAMED)
HEADERS["sp_pos_quot_fra"] = (HEADERS["sp_pos_quot_fra"][0], POS_FRA)


def _of_each(prefix: str, names: Iterable[str]) -> str:
    return ";".join(f"{prefix}_{name}" for name in names)


PEOPLE = ["dose1", "complet", "rappel", "2_rappel", "rappel_biv", "3_rappel"]
DOSES = ["dose1", "dose2", "dose3", "dose4", *PEOPLE[1:]]
VACSI = ";".join(_of_each(prefix, PEOPLE) for prefix in ("n", "n_cum", "couv"))
for place in ("fra", "reg", "dep"):
    for family, key in (("vacsi", ""), ("vacsi_a", "clage_vacsi;"), ("vacsi_s", "sexe;"), ("vacsi12", "")):
        HEADERS[f"{family}_{place}"] = (f"{place};{key}jour;{VACSI}", NAMED)
    HEADERS[f"vacsi_v_{place}"] = (f"{place};vaccin;jour;{_of_each('n', DOSES)};{_of_each('n_cum', DOSES)}", NAMED)
    # As it was in 2023; the file of the archive is older and has three of the six.
    for family, key in (("vacsi_tot", ""), ("vacsi_tot_a", "clage_vacsi;")):
        HEADERS[f"{family}_{place}"] = (
            f"{place};{key}jour;{_of_each('n_tot', PEOPLE)};pop;{_of_each('couv_tot', PEOPLE)}",
            NAMED,
        )
for model, file in (("vacsi_a_fra", "vacsi-a-fra"), ("vacsi_reg", "vacsi-reg"), ("vacsi_v_fra", "vacsi-v-fra")):
    HEADERS[model] = (HEADERS[model][0], f"vacsi/{file}_2023-05-04")

#: The first three figures were read; the others are named by the catalogue of indicators, and their order is its own.
COVIPREV = ";".join(
    f"{name}{bound}"
    for name in "anxiete depression pbsommeil hyg4mes dist3mes nbmoy7mes nbmoy4mesHyg dist1m portmasque".split()
    for bound in ("", "_inf", "_sup")
)
for by, column in (("france", "fra"), ("age", "age"), ("sexe", "sexe"), ("region", "reg")):
    HEADERS[f"coviprev_{by}"] = (f"{column};semaine;{COVIPREV}", NAMED)
HEADERS["deces_quotidiens_departement"] = (
    "Date_evenement;Zone;"
    + ";".join(f"Communes_a_envoi_dematerialise_Deces{year};Total_deces_{year}" for year in (2020, 2019, 2018)),
    "mortality/insee-deces-quotidiens-departement_2020-07-10",
)

#: As consumers print the files of the network.
for place in ("pay", "rdd"):
    HEADERS[f"inc_25_{place}"] = (
        "week;indicator;inc;inc_low;inc_up;inc100;inc100_low;inc100_up;geo_insee;geo_name", NAMED,
    )  # fmt: skip

#: The plants are named by this project, between two columns that were read.
HEADERS["sumeau_indicateurs"] = (
    "semaine;DIJON;GRENOBLE;LILLE;MARSEILLE;NANCY;ORLEANS;PARIS;PAU;RENNES;ROUEN;TOULOUSE;National", NAMED,
)  # fmt: skip

#: Files of this project's own, which nobody published before.
OWN = {"late_deaths", "late_reporting", "late_reporting_dispersion"}
#: Types of the columns of a cube; any other is a number of people.
TYPES = {
    **dict.fromkeys(["period_start", "period_end", "day", "first_day", "last_day", "received_until"], "date"),
    **dict.fromkeys(
        ["geo_level", "geo_code", "period", "sex", "age_scheme", "age_class", "population_vintage", "status", "place"],
        "varchar",
    ),
    "population": "double",
}


@pytest.fixture(scope="module")
def project() -> Project:
    project = Project.read()
    tell_columns(project.manifest)
    return project


@pytest.fixture
def models(project) -> Iterator[Models]:
    with duckdb.connect() as connection:
        yield Models(project, connection, "memory", lambda *names: "none")


def with_cubes(models: Models, layouts: list[str], rows: Mapping[str, pd.DataFrame] | None = None) -> None:
    """Run layouts on cubes that hold the rows given, or none; columns that are not in the rows are empty."""
    nodes = models.project.nodes
    read = ("standardised_incidence_rate", "effective_reproduction_tests")
    built = [name for name in nodes if name in layouts or name in read]
    views = [*built, "int_testing__official_rates"]
    parents = {parent for name in views for parent in models.project.parents(name)} - set(views)
    for name in sorted(parents):
        if nodes[name]["resource_type"] == "seed":
            models.seed(name)
            continue
        columns = [f"null::{TYPES.get(column, 'integer')} as {column}" for column in nodes[name]["columns"]]
        models.give(name, f"select {', '.join(columns)} limit 0")
        if rows and name in rows:
            given = rows[name]  # noqa: F841 - DuckDB reads it by its name
            models.connection.execute(f"insert into {models.relation(name)} by name select * from given")
    models.run(models.project.upstream(layouts, given=parents))


def declared_layouts(project: Project) -> set[str]:
    """The models that are files in a layout."""
    kinds = {name: node["config"].get("meta", {}).get("vigie", {}) for name, node in project.nodes.items()}
    return {name for name, of in kinds.items() if of.get("kind") == "open_data"}


def test_every_layout_has_a_header_to_be_held_to(project):
    assert declared_layouts(project) == set(HEADERS) | OWN


def test_columns_are_the_official_ones_in_order(models):
    with_cubes(models, list(HEADERS))
    found = {
        name: ";".join(row[0] for row in models.connection.execute(f"describe {models.relation(name)}").fetchall())
        for name in HEADERS
    }
    assert found == {name: header for name, (header, _) in HEADERS.items()}


@pytest.mark.archive
@pytest.mark.parametrize("name", [name for name, (_, source) in HEADERS.items() if "/" in source])
def test_headers_are_those_of_the_archive(name):
    header, source = HEADERS[name]
    with gzip.open(official_file(ARCHIVE, source), "rt", encoding="utf-8") as stream:
        assert next(stream).strip().replace('"', "").replace(",", ";") == header


# ------------------------------------------------------------------------------ figures through a layout


def published(name: str) -> pd.DataFrame:
    """An official file, every cell as text."""
    return pd.read_csv(official_file(ARCHIVE, name), sep=";", dtype=str, keep_default_na=False)


def number(texts: pd.Series) -> pd.Series:
    """Numbers of an official file, with a comma or a point; none where a cell is empty."""
    return pd.to_numeric(texts.str.replace(",", ".").replace("", None))


def cells(official: pd.DataFrame, place: str, period: str, counts: Mapping[str, str], sex: str = "all") -> pd.DataFrame:
    """A cube with what an official file counts: measure -> column; régions get the code that the cube has."""
    age = next((official[name] for name in (AGES, "clage_90") if name in official), pd.Series("0", official.index))
    end = pd.to_datetime(official["semaine" if "semaine" in official else "jour"].str[-10:])
    regions = pd.read_csv(SEEDS / "regions.csv", dtype=str).set_index("reg_sidep")["reg"]
    return pd.DataFrame(
        {
            "geo_level": {"fra": "FRA", "reg": "REG", "dep": "DEP"}[place],
            "geo_code": official[place].map(regions) if place == "reg" else official[place],
            "period": period,
            "period_start": end - pd.Timedelta(days=6 if period == "rolling7" else 0),
            "period_end": end,
            "sex": sex,
            "age_scheme": age.where(age == "0", "age10").replace("0", "all"),
            "age_class": age.replace("0", "all"),
            **{measure: number(official[column]) for measure, column in counts.items()},
        }
    )


def differing(
    models: Models, layout: str, official: pd.DataFrame, keys: list[str], within: float = 1e-9
) -> dict[str, int]:
    """How many cells of each column of a layout are not the official ones; every row must be there, and no other."""
    found = models.connection.execute(f"select * from {models.relation(layout)}").fetchdf()
    found = found.assign(jour=found["jour"].astype(str).str[:10]) if "jour" in found else found
    both = official.merge(found, on=keys, suffixes=("_official", ""), validate="1:1")
    assert len(official) == len(found) == len(both)
    wrong = {}
    for column in [name for name in official if name in found and name not in keys]:
        ours, theirs = both[column], both[f"{column}_official"]
        if column == "nom_reg":
            equal = ours == theirs
        else:
            ours, theirs = pd.to_numeric(ours), number(theirs)
            equal = ((ours - theirs).abs() <= within * theirs.abs().clip(lower=1)) | (ours.isna() & theirs.isna())
        if not equal.all():
            wrong[column] = int((~equal).sum())
    return wrong


SCREENED = {"cases": "nb_pos", "screened": "nb_crib"}
TARGETS = {
    f"target_{letter}_{what}": f"nb_{letter.upper()}{n}"
    for letter in "abcd"
    for n, what in enumerate(["absent", "found"])
}


@pytest.mark.archive
@pytest.mark.parametrize(
    ("layout", "file", "place", "rows", "off"),
    [
        ("sp_mutations_dep", MUTATIONS, "dep", 21_632, {"tx_crib": 14}),
        ("muta_reg", MUTATIONS_2022, "reg", 4_557, {}),
    ],
)
def test_every_figure_of_screening(models, record_property, layout, file, place, rows, off):
    """Shares and their zeros. Rows of no known région are in the official file only; and where the first one has more
    screened than positive, which cannot be here, it says 99 %."""
    official = published(file)
    official = official[official["nom_reg"] != "Inconnu"] if "nom_reg" in official else official
    assert len(official) == rows
    counts = {measure: column for measure, column in {**SCREENED, **TARGETS}.items() if column in official}
    cube = cells(official, place, "rolling7", counts)
    if "nb_A0C0" in official:
        cube["targets_ac_neither"] = number(official["nb_A0C0"])
        cube["targets_ac_some"] = number(official["nb_A01C01"]) - number(official["nb_A0C0"])
    with_cubes(models, [layout], {"int_testing__cube": cube})
    # The official name is written without its accent.
    official = official.replace({"nom_reg": {"Ile-de-France": "Île-de-France"}})
    more = official[number(official["nb_crib"]) > number(official["nb_pos"])]
    assert not off or (len(more), set(more["tx_crib"])) == (off["tx_crib"], {"99.00"})
    assert differing(models, layout, official, [place, "semaine"]) == off
    record_property(
        "proof", f"{layout}: {len(official) * (official.shape[1] - 2):,} official cells compared, {off or 'all equal'}"
    )


@pytest.mark.archive
def test_every_rate_of_hospital_stays_by_age(models, record_property):
    """Until June 2022 they are whole numbers of people per population of the files of tests, to the last digit. Then
    the population is another one, of which the ages are not known."""
    official = published(BY_AGE)
    official = official[official["jour"] <= "2022-06-30"]
    people = published(POS_FRA).drop_duplicates(AGES).set_index(AGES)["pop"].astype(float)
    population = official["clage_90"].map(people)
    measures = dict(
        zip(TX.split(";"), ["deaths", "admissions", "critical_admissions", "present", "present_critical"], strict=True)
    )
    counts = pd.DataFrame(
        {measure: number(official[column]) * population / 1e5 for column, measure in measures.items()}
    )
    whole = counts.round()
    assert (counts - whole).abs().max().max() < 1e-6
    cube = None
    for reason, stratum in (("0", ""), ("1", "_for"), ("2", "_with")):
        rows = official["PourAvec"] == reason
        part = cells(official[rows], "fra", "rolling7", {}).assign(population=population[rows])
        part = part.join(whole[rows].add_suffix(stratum))
        keys = ["period_end", "age_class"]
        cube = part if cube is None else cube.merge(part[[*keys, *whole.add_suffix(stratum)]], on=keys, validate="1:1")
    with_cubes(
        models, ["covid_hosp_txad_age_fra"], {"int_hospital__cube": cube.drop(columns=["deaths_for", "deaths_with"])}
    )
    keys = ["fra", "jour", "clage_90", "PourAvec"]
    assert differing(models, "covid_hosp_txad_age_fra", official, keys, within=1e-13) == {}
    record_property("proof", f"covid_hosp_txad_age_fra: {5 * len(official):,} official cells compared, all equal")


@pytest.mark.archive
@pytest.mark.parametrize(
    ("layout", "file", "place", "rates_off"),
    [
        ("sp_pos_quot_dep", "sidep/sp-pos-quot-dep_2020-10-25", "dep", {}),
        ("sp_pos_quot_fra", POS_FRA, "fra", {}),
        ("sp_pe_tb_quot_fra", POS_FRA, "fra", {}),
        ("sp_fra_quot", FRA_DAY, "fra", {}),
        # Rounded in single precision there, see test_rates_against_official.
        ("sp_reg_quot", REG_DAY, "reg", {"Ti": 1, "Td": 13}),
    ],
)
def test_every_figure_of_tests_by_day(models, record_property, layout, file, place, rates_off):
    """Positives, tested, populations, by sex where there is one, and the rates of the later files."""
    official = published(file)
    counts = {"cases": "P", "tested": "T", "population": "pop"}
    cube = [cells(official, place, "day", {measure: name for measure, name in counts.items() if name in official})]
    for sex, letter in (("F", "f"), ("M", "h")):
        if f"P_{letter}" in official:
            cube.append(cells(official, place, "day", {"cases": f"P_{letter}", "tested": f"T_{letter}"}, sex))
    with_cubes(models, [layout], {"int_testing__cube": pd.concat(cube)})
    assert differing(models, layout, official, [place, "jour", AGES]) == rates_off
    columns = set(HEADERS[layout][0].split(";")) & set(official)
    record_property(
        "proof", f"{layout}: {len(official) * (len(columns) - 3):,} official cells compared, {rates_off or 'all equal'}"
    )
