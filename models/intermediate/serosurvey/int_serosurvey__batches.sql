{{ batches_of(serosurvey()) }}
