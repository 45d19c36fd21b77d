{{ cells_of(sentinel_gps()) }}
