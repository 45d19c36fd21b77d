{{ fates_of(vaccination()) }}
