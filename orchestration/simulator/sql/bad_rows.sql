-- How a row beside the core is spoiled: by one of the faults of the feed (table `bad_shapes`), drawn from its key.
set variable bad_shapes = (select list(shape order by rowid) from bad_shapes);

-- The first ones are those that only text can carry.
set variable text_only_shapes = (select count(*)::integer from bad_shapes where text_only);

set variable bad_shape_count = (select count(*)::integer from bad_shapes);

create or replace macro bad_shape(r) as
    getvariable('bad_shapes')[1 + pick(r, 'bad_shape', getvariable('bad_shape_count'))];

create or replace macro is_text_only(r) as
    pick(r, 'bad_shape', getvariable('bad_shape_count')) < getvariable('text_only_shapes');

-- Which of the n files of the day takes a line: what only text can carry goes into the first.
create or replace macro file_slot(kind, r, n) as
    case when kind = 'bad_row' and is_text_only(r) then 0::ubigint else r % n end;

create or replace macro spoil(bad, shape, wrong, right_value) as
    case when bad = shape then wrong else right_value end;

create or replace macro spoil_key(bad, right_key) as
    case bad when 'missing_id' then null when 'id_pattern' then 'no id!' else right_key end;

-- A version in a line of text, where it may be no number.
create or replace macro version_text(bad, version) as
    case when bad = 'version_type' then 'v1' else coalesce(version::varchar, '') end;

-- A line of text of its first fields, joined, and its last one: it may lack the latter, or have one more.
create or replace macro text_line(bad, first_fields, last_field) as
    first_fields
    || case bad
        when 'too_few_fields' then ''
        when 'too_many_fields' then ';' || last_field || ';?'
        else ';' || last_field
    end;
