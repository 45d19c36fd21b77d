set variable correction_shapes = ['level', 'zone'];
