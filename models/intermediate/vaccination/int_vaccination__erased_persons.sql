{{ erased_persons_of(vaccination()) }}
