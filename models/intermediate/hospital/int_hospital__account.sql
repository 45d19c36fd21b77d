{{ account_of(hospital()) }}
