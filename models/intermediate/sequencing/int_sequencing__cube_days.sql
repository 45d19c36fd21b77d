{{ cube_days_of(sequencing()) }}
