{{ calendar_of(mortality()) }}
