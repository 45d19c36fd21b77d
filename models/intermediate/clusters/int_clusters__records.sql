{{ records_of(clusters()) }}
