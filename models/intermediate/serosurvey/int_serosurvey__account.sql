{{ account_of(serosurvey()) }}
