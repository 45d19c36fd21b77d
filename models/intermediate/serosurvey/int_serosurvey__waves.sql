{{ waves_of(serosurvey()) }}
