{{ deliveries_of('survesms') }}
