{{ cube_changes_of(care_homes()) }}
