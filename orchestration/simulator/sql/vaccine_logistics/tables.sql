set variable correction_shapes = ['delivered', 'stock', 'product', 'week', 'place'];
