{{ cells_of(sentinel_icu()) }}
