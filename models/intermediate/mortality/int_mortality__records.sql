{{ records_of(mortality()) }}
