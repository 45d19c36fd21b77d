{{ changes_of(risk()) }}
