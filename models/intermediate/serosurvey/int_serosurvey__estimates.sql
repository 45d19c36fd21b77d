{{ estimates_of(serosurvey(), serosurvey_questions()) }}
