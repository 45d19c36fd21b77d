{{ changes_of(emergency()) }}
