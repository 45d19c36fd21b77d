{{ changes_of(surveys()) }}
