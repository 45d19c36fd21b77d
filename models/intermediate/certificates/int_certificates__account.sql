{{ account_of(certificates()) }}
