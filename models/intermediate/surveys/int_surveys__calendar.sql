{{ calendar_of(surveys()) }}
