{{ erased_persons_of(serosurvey()) }}
