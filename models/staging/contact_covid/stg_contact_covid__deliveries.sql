{{ deliveries_of('contact_covid') }}
