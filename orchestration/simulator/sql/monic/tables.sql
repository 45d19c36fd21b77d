set variable correction_shapes = ['followed', 'kind', 'criticality', 'cases', 'day', 'place'];

-- The kinds of places, with the share of clusters up to which each one is drawn.
create or replace table place_kinds as
select * from (
    values
    ('EHPAD', 0.12), ('EMS_PA', 0.14), ('EMS_PH', 0.19), ('ASE', 0.21), ('ES', 0.31), ('SCOLAIRE', 0.5),
    ('UNIVERSITAIRE', 0.55), ('CRECHE', 0.57), ('ENTREPRISE', 0.76), ('PENITENTIAIRE', 0.77),
    ('HEBERGEMENT_SOCIAL', 0.8), ('COMMUNAUTE_VULNERABLE', 0.82), ('FAMILLE_ELARGIE', 0.88), ('EVENEMENT', 0.92),
    ('SPORT', 0.94), ('TRANSPORT', 0.95), ('UNITE_GEOGRAPHIQUE', 0.97), ('AUTRE', 1.0)
) as kinds (kind, share);
