set variable correction_shapes = ['product', 'rank', 'sex', 'age', 'day', 'place', 'person'];

-- The classes of age of the official files.
create or replace table vacsi_classes as
select * from (
    values
    ('04', 0, 4), ('09', 5, 9), ('11', 10, 11), ('17', 12, 17), ('24', 18, 24), ('29', 25, 29), ('39', 30, 39), ('49', 40, 49),
    ('59', 50, 59), ('64', 60, 64), ('69', 65, 69), ('74', 70, 74), ('79', 75, 79), ('80', 80, 104)
) as classes (code, age_from, age_to);
