{{ fates_of(risk()) }}
