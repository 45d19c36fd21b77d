{{ rejected_of('sidep') }}
