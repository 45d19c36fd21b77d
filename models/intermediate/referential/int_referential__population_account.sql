{{ account_of_feed('population') }}
