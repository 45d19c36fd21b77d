{{ records_of(sequencing()) }}
