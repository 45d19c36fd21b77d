{{ withdrawn_deliveries_of(serosurvey()) }}
