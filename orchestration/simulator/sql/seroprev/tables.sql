set variable correction_shapes = ['result', 'weight', 'sex', 'age', 'region', 'wave'];
