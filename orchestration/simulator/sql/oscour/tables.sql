set variable correction_shapes = ['diagnosis', 'outcome', 'sex', 'age', 'time', 'place'];

-- Emergency departments of each département, more where more people live; the first ones are the largest.
create or replace table senders as
select
    dep,
    true as is_there,
    least(12, greatest(2, ceil(sum(population) / 120000)))::integer as senders
from places
group by dep;
