{{ cube_changes_of(mortality()) }}
