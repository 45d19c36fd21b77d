{{ changes_of(serosurvey()) }}
