{{ cube_changes_of(hospital()) }}
