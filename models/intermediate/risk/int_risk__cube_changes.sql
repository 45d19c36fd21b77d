{{ cube_changes_of(risk()) }}
