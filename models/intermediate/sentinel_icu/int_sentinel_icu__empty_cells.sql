{{ empty_cells_of(sentinel_icu()) }}
