{{ facts_of(emergency()) }}
