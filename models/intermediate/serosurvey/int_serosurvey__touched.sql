{{ touched_of(serosurvey()) }}
