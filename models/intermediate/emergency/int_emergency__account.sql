{{ account_of(emergency()) }}
