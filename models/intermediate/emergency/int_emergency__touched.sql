{{ touched_of(emergency()) }}
