{{ changes_of(care_homes()) }}
