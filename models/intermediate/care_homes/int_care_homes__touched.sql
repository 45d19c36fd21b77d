{{ touched_of(care_homes()) }}
