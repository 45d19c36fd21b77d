{{ records_of(risk()) }}
