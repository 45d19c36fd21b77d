{{ touched_of(risk()) }}
