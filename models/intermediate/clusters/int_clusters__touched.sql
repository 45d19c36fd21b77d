{{ touched_of(clusters()) }}
