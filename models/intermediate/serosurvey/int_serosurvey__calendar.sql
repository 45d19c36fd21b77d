{{ calendar_of(serosurvey()) }}
