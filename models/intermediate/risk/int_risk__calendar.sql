{{ calendar_of(risk()) }}
