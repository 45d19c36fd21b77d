-- Good rows as they are, and bad ones each with its fault: one that all feeds can have, or one of the producer. A fault
-- that only text can have is not in them yet.
create or replace view typed_rows as
select * from shaped
where kind <> 'bad_row'
union all
select
    * replace (
        spoil(bad, 'version_min', 0, version) as version,
        spoil(bad, 'nature_code', 'update', nature) as nature
    )
from spoiled
where kind = 'bad_row';
