set variable correction_shapes = ['cases', 'deaths', 'day'];
