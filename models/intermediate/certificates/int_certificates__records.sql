{{ records_of(certificates()) }}
