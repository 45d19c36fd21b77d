{{ account_of(testing()) }}
