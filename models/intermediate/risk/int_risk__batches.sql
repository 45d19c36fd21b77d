{{ batches_of(risk()) }}
