{{ account_of(care_homes()) }}
