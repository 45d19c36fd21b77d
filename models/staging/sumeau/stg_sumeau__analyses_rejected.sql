{{ rejected_of('sumeau') }}
