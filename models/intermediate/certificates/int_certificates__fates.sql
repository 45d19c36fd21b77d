{{ fates_of(certificates()) }}
