{{ cube_changes_of(vaccine_supply()) }}
