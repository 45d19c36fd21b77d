{{ changes_of(mortality()) }}
