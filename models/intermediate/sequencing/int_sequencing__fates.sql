{{ fates_of(sequencing()) }}
