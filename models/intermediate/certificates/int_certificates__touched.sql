{{ touched_of(certificates()) }}
