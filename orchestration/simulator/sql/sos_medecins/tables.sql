set variable correction_shapes = ['diagnosis', 'sex', 'age', 'time', 'place'];

-- Associations of each département, one or two. In a third of the départements there is none: a made-up epidemic has no
-- acts there.
create or replace table senders as
select
    dep,
    pick(hash(dep), 'association', 3) > 0 as is_there,
    case when sum(population) > 1000000 then 2 else 1 end as senders
from places
group by dep;
