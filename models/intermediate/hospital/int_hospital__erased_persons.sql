{{ erased_persons_of(hospital()) }}
