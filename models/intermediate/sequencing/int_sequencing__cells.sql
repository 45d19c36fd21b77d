{{ cells_of(sequencing()) }}
