{{ cube_of(sequencing()) }}
