{{ cube_changes_of(health_reserve()) }}
