set variable correction_shapes = ['weight', 'answers', 'sex', 'age', 'region', 'wave', 'person'];
