set variable correction_shapes = ['load', 'nitrogen', 'population', 'plant', 'day'];

-- The plants in the order in which they joined, and their département; those after them are of no name.
create or replace table named_plants as
select unnest([
    {'plant': 'Dijon', 'dep': '21'}, {'plant': 'Grenoble', 'dep': '38'}, {'plant': 'Lille', 'dep': '59'},
    {'plant': 'Marseille', 'dep': '13'}, {'plant': 'Nancy', 'dep': '54'}, {'plant': 'Orléans', 'dep': '45'},
    {'plant': 'Paris', 'dep': '75'}, {'plant': 'Pau', 'dep': '64'}, {'plant': 'Rennes', 'dep': '35'},
    {'plant': 'Rouen', 'dep': '76'}, {'plant': 'Toulouse', 'dep': '31'}
], recursive := true);
