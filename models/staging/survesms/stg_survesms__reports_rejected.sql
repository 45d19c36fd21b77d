{{ rejected_of('survesms') }}
