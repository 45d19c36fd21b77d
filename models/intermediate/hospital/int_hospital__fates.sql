{{ fates_of(hospital()) }}
