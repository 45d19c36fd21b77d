{{ erased_persons_of(surveys()) }}
