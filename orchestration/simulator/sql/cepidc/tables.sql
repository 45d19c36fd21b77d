set variable correction_shapes = ['causes', 'sex', 'age', 'day', 'place', 'kind'];
