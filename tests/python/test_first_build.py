"""The cube by day of a long history is built in little memory: cells are streamed past those that hold something."""

import duckdb
import pytest
from rendered_models import Models, Project


@pytest.mark.parametrize("theme", ["testing", "hospital"])
def test_the_first_build_keeps_in_memory_what_holds_something(tmp_path, theme):
    project = Project.read()
    # The cells alone would take more, kept in a table of sums.
    settings = {"threads": 1, "memory_limit": "400MB", "max_temp_directory_size": "0MB"}
    connection = duckdb.connect(str(tmp_path / "warehouse.duckdb"), config=settings)
    models = Models(project, connection, "warehouse", lambda *names: "none")
    measures = list(project.nodes[f"int_{theme}__cube_days"]["config"]["meta"]["texts"])
    assert len(measures) > 5
    models.give(
        f"int_{theme}__empty_cells",
        """
        select (date '2021-01-01' + day::integer) as period_end, 'DEP' as geo_level, 'place ' || place as geo_code, sex,
            'age10' as age_scheme, 'years ' || age as age_class
        from range(700) as days (day), range(100) as places (place), (values ('F'), ('M'), ('all')) as sexes (sex),
            range(10) as ages (age)
        """,
    )
    cells = models.relation(f"int_{theme}__empty_cells")
    figures = ", ".join(f"3 as {measure}" for measure in measures)
    models.give(
        f"int_{theme}__cube_changes",
        f"select *, {figures}, 7::bigint as batch from {cells} where geo_code = 'place 5' and age_class = 'years 2'",
    )
    models.run([f"int_{theme}__cube_days"])
    sums = ", ".join(f"sum({measure})" for measure in measures)
    [found] = connection.execute(
        f"select count(*), count(*) filter (batch = 7), {sums} from {models.relation(f'int_{theme}__cube_days')}"
    ).fetchall()
    assert found == (2_100_000, 2100, *([6300] * len(measures)))
