{{ rows_to_erase_of(surveys()) }}
