{{ account_of_feed('contours') }}
