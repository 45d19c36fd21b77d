{{ account_of(clusters()) }}
