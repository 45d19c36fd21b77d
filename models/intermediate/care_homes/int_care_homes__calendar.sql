{{ calendar_of(care_homes()) }}
