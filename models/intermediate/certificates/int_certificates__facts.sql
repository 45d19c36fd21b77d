{{ facts_of(certificates()) }}
