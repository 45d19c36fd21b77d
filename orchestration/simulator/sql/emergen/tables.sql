set variable correction_shapes = ['lineage', 'survey', 'region', 'interpretable'];

-- Lineages in the order in which they came.
set variable lineages = [
    'B.1.177', 'B.1.160', 'B.1.1.7', 'B.1.351', 'P.1', 'B.1.617.2', 'AY.4', 'AY.43.2', 'BA.1.1', 'BA.1.17', 'BA.2', 'BA.2.12.1',
    'BA.4.6', 'BA.5.1', 'BA.5.2.1', 'BF.7', 'BA.2.75.2', 'BQ.1', 'BQ.1.1', 'XBB.1.5', 'EG.5.1'
];
