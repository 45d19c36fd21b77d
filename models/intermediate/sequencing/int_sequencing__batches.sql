{{ batches_of(sequencing()) }}
