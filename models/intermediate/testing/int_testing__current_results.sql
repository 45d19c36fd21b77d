{{ current_of(testing()) }}
