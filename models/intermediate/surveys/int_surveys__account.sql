{{ account_of(surveys()) }}
