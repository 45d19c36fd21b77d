{{ touched_of(mortality()) }}
