{{ touched_of(vaccination()) }}
