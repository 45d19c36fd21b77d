{{ account_of(risk()) }}
