{{ fates_of(mortality()) }}
