{{ batches_of(mortality()) }}
