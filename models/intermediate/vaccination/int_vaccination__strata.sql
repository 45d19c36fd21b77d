{{ days_by_stratum_of(vaccination()) }}
