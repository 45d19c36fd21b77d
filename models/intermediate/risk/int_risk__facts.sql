{{ facts_of(risk()) }}
