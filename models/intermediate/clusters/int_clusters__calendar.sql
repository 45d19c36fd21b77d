{{ calendar_of(clusters()) }}
