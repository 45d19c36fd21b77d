{{ cube_changes_of(sequencing()) }}
