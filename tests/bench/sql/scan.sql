-- One scan of the columns of the lake that the work needs, with nothing done to them: what no way of doing it can beat.
-- Variables: lake (folder).
select
    bit_xor(id_resultat),
    max(version),
    max(nature),
    bit_xor(id_personne),
    max(date_prelevement),
    max(date_resultat),
    max(id_laboratoire),
    max(type_analyse),
    max(resultat),
    max(sexe),
    max(age),
    max(commune_residence),
    max(iris_residence),
    max(departement_residence),
    max(symptomes),
    max(date_debut_symptomes),
    max(criblage_a),
    max(criblage_b),
    max(criblage_c),
    max(criblage_d),
    max(criblage_variant),
    bit_xor(delivery),
    max(line),
    max(received_on)
from read_parquet(getvariable('lake') || '/raw/sidep/*/*.parquet', hive_partitioning = true);
