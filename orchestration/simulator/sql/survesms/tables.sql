set variable correction_shapes = ['count', 'stage', 'day', 'signs', 'kind', 'place', 'establishment'];
