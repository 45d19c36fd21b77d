{{ changes_of(clusters()) }}
