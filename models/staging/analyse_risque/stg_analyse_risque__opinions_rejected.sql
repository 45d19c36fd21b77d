{{ rejected_of('analyse_risque') }}
