{{ answers_of(surveys(), survey_questions()) }}
