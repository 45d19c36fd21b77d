{{ facts_of(mortality()) }}
