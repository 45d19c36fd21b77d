{{ rejected_of('sivic') }}
