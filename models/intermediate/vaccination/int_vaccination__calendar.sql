{{ calendar_of(vaccination()) }}
