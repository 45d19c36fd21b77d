set variable correction_shapes = ['severity', 'comorbidity', 'sex', 'age', 'day', 'place'];
