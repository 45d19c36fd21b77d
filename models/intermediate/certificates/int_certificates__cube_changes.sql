{{ cube_changes_of(certificates()) }}
