{{ erased_persons_of(testing()) }}
