-- An association is named by its département and a number.
create or replace macro sender_of(dep, number) as dep || number::varchar || 'SOS';

-- The thesaurus of the associations is not published; these codes stand for it.
create or replace macro other_code(r) as
    [
        'GRIPPE', 'BRONCHITE', 'GASTRO', 'LOMBALGIE', 'ANGINE', 'OTITE', 'RHINO', 'HTA', 'CYSTITE', 'ANXIETE', 'ASTHME',
        'COVIDLONG', 'FIEVRE', 'CHUTE', 'CERTIFICAT', 'DECES'
    ][1 + pick(r, 'code', 16)];
