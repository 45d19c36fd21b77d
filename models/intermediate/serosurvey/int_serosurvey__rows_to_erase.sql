{{ rows_to_erase_of(serosurvey()) }}
