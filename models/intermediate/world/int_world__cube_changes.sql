{{ cube_changes_of(world()) }}
