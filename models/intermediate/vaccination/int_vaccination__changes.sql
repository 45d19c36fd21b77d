{{ changes_of(vaccination()) }}
