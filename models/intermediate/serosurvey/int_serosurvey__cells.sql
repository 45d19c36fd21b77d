{{ cells_of(serosurvey()) }}
