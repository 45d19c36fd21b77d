{{ account_of(vaccination()) }}
