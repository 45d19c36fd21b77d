{{ changes_of(testing()) }}
