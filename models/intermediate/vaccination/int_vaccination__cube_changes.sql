{{ cube_changes_of(vaccination()) }}
