{{ answers_of(serosurvey(), serosurvey_questions()) }}
