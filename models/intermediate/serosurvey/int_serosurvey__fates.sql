{{ fates_of(serosurvey()) }}
