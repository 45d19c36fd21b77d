insert into bad_shapes
values
('ring_open', 'geometry', 'ring_not_closed', true),
('in_metres', 'geometry', 'outside_of_wgs84', true),
('point', 'geometry', 'no_polygon', true),
('no_outline', 'geometry', 'required', true),
('no_code', 'code', 'required', true),
('name_for_code', 'code', 'pattern', true),
('code_of_nowhere', 'code', 'unknown_place', true),
('no_name_but_markup', 'nom', 'pattern', true);
