{{ rejected_of('contact_covid') }}
