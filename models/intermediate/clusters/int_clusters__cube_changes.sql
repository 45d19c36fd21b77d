{{ cube_changes_of(clusters()) }}
