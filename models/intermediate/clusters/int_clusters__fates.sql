{{ fates_of(clusters()) }}
