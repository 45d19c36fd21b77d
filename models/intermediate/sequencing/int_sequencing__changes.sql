{{ changes_of(sequencing()) }}
