{{ account_of_feed('erasure') }}
