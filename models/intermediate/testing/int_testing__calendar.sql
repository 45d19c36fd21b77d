{{ calendar_of(testing()) }}
