{{ fates_of(care_homes()) }}
