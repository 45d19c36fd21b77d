{{ account_of_feed('insee_population') }}
