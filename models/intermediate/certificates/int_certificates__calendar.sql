{{ calendar_of(certificates()) }}
