"""What is checked for style: everything that somebody wrote, and what each macro makes once."""

from tests.written_sql import written

CALL = """{{% set of = declare_indicator(theme='{0}') %}}
with a_{0} as (

    {{{{ cube_of({0}(), 'sex') }}}}

)

select * from a_{0}
"""
OWN = "-- Its own.\nwith a as (\n\n    select * from {{ ref('b') }} where {{ cube_of(1) }}\n\n)\n\nselect * from a\n"


def test_one_of_those_that_only_call_the_same_macro_and_all_that_say_something(tmp_path):
    bodies = {"a": CALL.format("one"), "b": CALL.format("two"), "c": OWN, "d": OWN}
    bodies["e"] = bodies["b"].replace("cube_of", "cells_of")
    bodies["f"] = bodies["b"].replace("select * from", "select sex from")
    for name, body in bodies.items():
        (tmp_path / f"{name}.sql").write_text(body)
    assert [path.stem for path in written(tmp_path.glob("*.sql"))] == ["a", "c", "d", "e", "f"]
