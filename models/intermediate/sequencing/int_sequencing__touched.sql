{{ touched_of(sequencing()) }}
