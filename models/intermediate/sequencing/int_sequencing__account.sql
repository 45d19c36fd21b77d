{{ account_of(sequencing()) }}
