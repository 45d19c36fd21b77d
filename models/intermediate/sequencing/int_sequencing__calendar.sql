{{ calendar_of(sequencing()) }}
