set variable correction_shapes = ['cases', 'patients', 'samples', 'region', 'week'];
