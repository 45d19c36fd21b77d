{{ cube_changes_of(emergency()) }}
