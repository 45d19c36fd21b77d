{{ cube_days_of(risk()) }}
