"""What a page names as the sources of an indicator."""

import pytest
from rendered_models import parsed_home

from orchestration.release import read_declarations
from orchestration.release.methods import told_of
from orchestration.warehouse.project import manifest_path


@pytest.fixture(scope="module")
def declarations():
    return read_declarations(manifest_path(parsed_home()))


@pytest.mark.parametrize(
    ("name", "others"), [("people_tested", False), ("hospital_admissions", False), ("incidence_rate", True)]
)
def test_a_population_is_a_source_of_what_is_divided_by_it(declarations, name, others):
    """And who asks to be forgotten is none, though every count is made without their rows."""
    [indicator] = [each for each in declarations.indicators if each.name == name]
    titles = [source["title"]["fr"] for source in told_of(declarations, indicator)["sources"]]
    assert any("Insee" in title for title in titles) == others
    assert not any("effacement" in title for title in titles) and titles[0].startswith(("SI-DEP", "SI-VIC"))
