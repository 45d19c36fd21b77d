{{ rejected_of('cepidc') }}
