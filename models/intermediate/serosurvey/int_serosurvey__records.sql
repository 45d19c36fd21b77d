{{ records_of(serosurvey()) }}
