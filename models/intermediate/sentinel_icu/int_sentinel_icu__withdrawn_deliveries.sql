{{ withdrawn_deliveries_of(sentinel_icu()) }}
