{{ estimates_of(surveys(), survey_questions()) }}
