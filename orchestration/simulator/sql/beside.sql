-- What the producers of several feeds send beside the core in the same way: the records of the core that are sent more than
-- once, those sent by mistake and then deleted, and those beside which a row is sent that breaks the contract.
create or replace view base_records as
select
    'base' as kind,
    h as r,
    *
from core
where
    is_corrected('base', is_stable, nature, h)
    or occurs(xor(h, version::ubigint), 'resend', getvariable('resend'));

create or replace view deleted_records as
select
    'deletion' as kind,
    seeded(h, 'deletion_record') as r,
    *
from core
where occurs(h, 'deletion', getvariable('deletion'));

create or replace view bad_row_records as
select
    'bad_row' as kind,
    seeded(h, 'bad_row_record') as r,
    *
from core
where occurs(h, 'bad_row', getvariable('bad_row'));
