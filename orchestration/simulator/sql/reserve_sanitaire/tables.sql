set variable correction_shapes = ['reservists', 'day', 'place'];

set variable regions = (select list(distinct reg order by reg) from departements);
