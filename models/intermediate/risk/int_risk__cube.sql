{{ cube_of(risk()) }}
