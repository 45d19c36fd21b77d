{{ changes_of(certificates()) }}
