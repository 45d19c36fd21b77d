{{ deliveries_of('sos_medecins') }}
