{{ fates_of(emergency()) }}
