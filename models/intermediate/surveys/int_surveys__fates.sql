{{ fates_of(surveys()) }}
