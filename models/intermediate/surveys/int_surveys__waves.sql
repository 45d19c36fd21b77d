{{ waves_of(surveys()) }}
