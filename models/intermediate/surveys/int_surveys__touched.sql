{{ touched_of(surveys()) }}
