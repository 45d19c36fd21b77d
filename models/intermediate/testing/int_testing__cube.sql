{{ cube_of(testing()) }}
