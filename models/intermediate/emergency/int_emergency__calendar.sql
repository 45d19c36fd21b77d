{{ calendar_of(emergency()) }}
