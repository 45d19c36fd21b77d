{{ rejected_of('sos_medecins') }}
