{{ records_of(vaccination()) }}
