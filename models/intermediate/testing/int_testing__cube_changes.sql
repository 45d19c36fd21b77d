{{ cube_changes_of(testing()) }}
