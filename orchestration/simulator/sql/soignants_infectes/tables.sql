set variable correction_shapes = ['infected', 'week', 'place'];

set variable regions = (select list(distinct reg order by reg) from departements);
