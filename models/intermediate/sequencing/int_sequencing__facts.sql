{{ facts_of(sequencing()) }}
