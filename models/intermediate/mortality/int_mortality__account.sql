{{ account_of(mortality()) }}
