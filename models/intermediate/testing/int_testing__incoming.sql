{{ incoming_of(testing()) }}
